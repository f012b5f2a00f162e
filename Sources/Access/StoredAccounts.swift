package import Model

/// What a store says of accounts.
package struct StoredAccounts: Equatable, Sendable {
    /// By their names; one may exist without.
    package private(set) var records: [AccountID: AccountRecord] = [:]

    /// What accounts set for themselves, by their names.
    package private(set) var settings: [AccountID: AccountSettings] = [:]

    /// Nothing.
    package init() {}

    /// Takes an account as it is now.
    package mutating func set(_ record: AccountRecord) {
        records[record.id] = record
    }

    /// Takes an account's settings as they are now.
    package mutating func set(_ settings: AccountSettings) {
        self.settings[settings.accountID] = settings
    }

    /// How many lines of a store it takes to say it.
    package var recordCount: Int { records.count + settings.count }

    /// The account's record, or what stands for it.
    package subscript(_ id: AccountID) -> AccountRecord {
        records[id] ?? AccountRecord(withoutRecord: id)
    }

    /// Whether its access keys are refused.
    package func isDisabled(_ id: AccountID) -> Bool {
        records[id]?.isDisabled ?? false
    }
}
