package import Access
package import JSON
package import Model

/// A provider key as a person writes it, or a change to one: what is nil is left out.
package struct ProviderKeyDraft: Sendable {
    /// What people call it.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// The provider that takes it; of a new one alone.
    package var provider: String?
    /// The account that brings it; of a new one alone.
    package var accountID: AccountID?
    /// The credential itself.
    package var value: Secret?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object with some of the members of a key; one that is null clears what stands
    /// there.
    package init(_ root: JSONValue, members: [String]) throws(DraftError) {
        let reader = try DraftReader(root, members: members)
        name = try reader.name()
        if name?.isEmpty == true { throw DraftError(.name, "name: empty") }
        description = try reader.description()
        metadata = try reader.metadata()
        provider = try reader.value("providerId") { (written) throws(MemberError) in
            try written.identifier()
        }
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        value = try reader.value("value") { (written) throws(MemberError) in
            guard let text = written.value.string else { throw written.error("not text") }
            return Secret(text)
        }
    }

    /// Changes a key by what is said of it; its value is another thing.
    package func apply(to record: inout ProviderKeyRecord, at now: Timestamp, by author: String) {
        if let name { record.name = name }
        if let description { record.description = description }
        if let metadata { record.metadata = metadata }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }
}
