package import Access
package import JSON
package import Model

/// A management key as a person writes it, or a change to one: what is nil is left out.
package struct ManagementKeyDraft: Equatable, Sendable {
    /// What people call it.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// What it may do; of a new one alone.
    package var role: ManagementScope.Role?
    /// The account that it is about; of a new one alone.
    package var accountID: AccountID?
    /// The moment from which on it is refused; nil in it for never.
    package var expiresAt: Timestamp??
    /// Whether it is refused for now.
    package var isDisabled: Bool?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: [
                "name", "description", "metadata", "role", "accountId", "expiresAt", "disabled",
            ]
        )
        name = try reader.name()
        description = try reader.description()
        metadata = try reader.metadata()
        role = try reader.value("role") { (written) throws(MemberError) in try written.word() }
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        expiresAt = try reader.optional("expiresAt") { (written) throws(MemberError) in
            try written.moment()
        }
        isDisabled = try reader.value("disabled") { (written) throws(MemberError) in
            try written.bool()
        }
    }

    /// The scope of a new key: that of one account unless something else is said.
    ///
    /// - Parameter account: the one that it is about where none is named.
    package func scope(
        orIn account: AccountID
    ) throws(DraftError) -> ManagementScope {
        let role = role ?? .account
        if role == .admin, let accountID {
            throw DraftError(
                .value,
                "accountId: an admin is of every account; leave \"\(accountID)\" out"
            )
        }
        guard let scope = ManagementScope(role, role == .admin ? nil : accountID ?? account) else {
            preconditionFailure("every role has a scope with an account where it needs one")
        }
        return scope
    }

    /// Changes a key by what is said; its role and account stay what they are.
    package func apply(
        to record: inout ManagementKeyRecord,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) {
        guard role == nil || role == record.role else {
            throw DraftError(.value, "role: it can't be changed; make another key")
        }
        guard accountID == nil || accountID == record.accountID else {
            throw DraftError(.value, "accountId: it can't be changed; make another key")
        }
        if let name { record.name = name }
        if let description { record.description = description }
        if let metadata { record.metadata = metadata }
        if let expiresAt { record.expiresAt = expiresAt }
        if let isDisabled { record.isDisabled = isDisabled }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }
}
