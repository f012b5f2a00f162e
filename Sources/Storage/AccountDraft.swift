package import Access
package import JSON
package import Model

/// An account as a person writes it, or a change to one: what is nil is left out.
package struct AccountDraft: Equatable, Sendable {
    /// Its own name, by which everything refers to it; of a new one alone.
    package var id: AccountID?
    /// What people call it.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// Whether its access keys are refused for now.
    package var isDisabled: Bool?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: ["id", "name", "description", "metadata", "disabled"]
        )
        id = try reader.value("id") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        name = try reader.name()
        description = try reader.description()
        metadata = try reader.metadata()
        isDisabled = try reader.value("disabled") { (written) throws(MemberError) in
            try written.bool()
        }
    }

    /// A new account.
    ///
    /// - Parameter accounts: those that have a record.
    package func make(
        beside accounts: StoredAccounts,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) -> AccountRecord {
        guard let id else { throw DraftError(.missing, "\"id\" is missing") }
        guard AccountID.isName(id.rawValue) else {
            throw DraftError(
                .value,
                "id: \"\(id)\" is no account's name: it has 1 to \(Limits.accountNameBytes) letters, "
                    + "digits, dots, underscores and hyphens"
            )
        }
        guard accounts.records[id] == nil else {
            throw DraftError(.exists, "id: there is an account \"\(id)\" already")
        }
        var record = AccountRecord(
            id: id,
            createdAt: now,
            updatedAt: now,
            createdBy: author,
            lastUpdatedBy: author
        )
        try apply(to: &record, at: now, by: author)
        return record
    }

    /// Changes an account by what is said.
    package func apply(
        to record: inout AccountRecord,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) {
        guard id == nil || id == record.id else {
            throw DraftError(.value, "id: it can't be changed; make another account")
        }
        if record.id == .standard, isDisabled == true {
            throw DraftError(.value, "disabled: the account \"\(record.id)\" can't be disabled")
        }
        if let name { record.name = name }
        if let description { record.description = description }
        if let metadata { record.metadata = metadata }
        if let isDisabled { record.isDisabled = isDisabled }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }

    /// An account with the change; one that exists without a record gets one.
    package func changed(
        _ id: AccountID,
        of accounts: StoredAccounts,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) -> AccountRecord {
        var record =
            accounts.records[id]
            ?? AccountRecord(
                id: id,
                createdAt: now,
                updatedAt: now,
                createdBy: author,
                lastUpdatedBy: author
            )
        try apply(to: &record, at: now, by: author)
        return record
    }
}
