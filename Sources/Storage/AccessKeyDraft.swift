package import Access
package import JSON
package import Model

/// An access key as a person writes it, or a change to one: what is nil is left out.
package struct AccessKeyDraft: Equatable, Sendable {
    /// What people call it.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// The account it belongs to; of a new one alone.
    package var accountID: AccountID?
    /// The one gateway it works on; nil in it for all of the account's.
    package var gatewayID: GatewayID??
    /// The configuration it is under; nil in it for none.
    package var configurationID: ConfigurationID??
    /// The moment from which on it is refused; nil in it for never.
    package var expiresAt: Timestamp??
    /// Whether it is refused for now.
    package var isDisabled: Bool?
    /// What it may cost; nil in it for no limit.
    package var budget: Budget??

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: [
                "name", "description", "metadata", "accountId", "endpointId",
                "accessKeyConfigurationId", "expiresAt", "disabled", "budget",
            ]
        )
        name = try reader.name()
        description = try reader.description()
        metadata = try reader.metadata()
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        gatewayID = try reader.optional("endpointId") { (written) throws(MemberError) in
            GatewayID(try written.identifier())
        }
        configurationID = try reader.optional("accessKeyConfigurationId") {
            (written) throws(MemberError) in ConfigurationID(try written.identifier())
        }
        expiresAt = try reader.optional("expiresAt") { (written) throws(MemberError) in
            try written.moment()
        }
        isDisabled = try reader.value("disabled") { (written) throws(MemberError) in
            try written.bool()
        }
        budget = try reader.optional("budget") { (written) throws(MemberError) in
            try Budget(written)
        }
    }

    /// Changes a key by what is said; its account stays what it is.
    package func apply(
        to record: inout AccessKeyRecord,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) {
        guard accountID == nil || accountID == record.accountID else {
            throw DraftError(.value, "accountId: it can't be changed; make another key")
        }
        if let name { record.name = name }
        if let description { record.description = description }
        if let metadata { record.metadata = metadata }
        if let gatewayID { record.gatewayID = gatewayID }
        if let configurationID { record.configurationID = configurationID }
        if let expiresAt { record.expiresAt = expiresAt }
        if let isDisabled { record.isDisabled = isDisabled }
        if let budget { record.budget = budget }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }
}
