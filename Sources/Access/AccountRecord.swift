package import Model

/// Everything that is kept about an account but what it owns.
///
/// An account that gateway.yaml names exists without a record, and so does the default one: a record
/// adds what is said about it, and can switch it off.
package struct AccountRecord: Equatable, Sendable {
    /// Its name.
    package let id: AccountID
    /// What people call it.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
    /// Whether its access keys are refused for now.
    package var isDisabled: Bool
    /// When it was made.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who made it.
    package let createdBy: String
    /// Who last changed it.
    package var lastUpdatedBy: String

    /// A record with all its fields.
    package init(
        id: AccountID,
        name: String = "",
        description: String = "",
        metadata: Metadata = .empty,
        isDisabled: Bool = false,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.metadata = metadata
        self.isDisabled = isDisabled
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }

    /// What is shown of an account that exists without a record: it was there from the start.
    package init(withoutRecord id: AccountID) {
        self.init(
            id: id,
            createdAt: Timestamp(milliseconds: 0),
            updatedAt: Timestamp(milliseconds: 0),
            createdBy: "gateway.yaml",
            lastUpdatedBy: "gateway.yaml"
        )
    }
}

extension AccountID {
    /// Whether a text can name an account: 1 to 64 letters, digits, dots, underscores and hyphens.
    package static func isName(_ text: String) -> Bool {
        (1...Limits.accountNameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
