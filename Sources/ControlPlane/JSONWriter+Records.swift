package import JSON
package import Model
import Storage

extension JSONWriter {
    /// The members that name a record.
    package mutating func identity(_ collection: String, _ id: some Identifier, account: AccountID?)
    {
        member("id", id.rawValue)
        member("uri", collection + id.rawValue)
        member("accountId", account?.rawValue)
    }

    /// The members that tell who changed a record, and when.
    package mutating func history(
        _ createdAt: Timestamp,
        _ createdBy: String,
        _ updatedAt: Timestamp,
        _ lastUpdatedBy: String
    ) {
        member("createdAt", createdAt.description)
        member("updatedAt", updatedAt.description)
        key("createdBy")
        author(createdBy)
        key("lastUpdatedBy")
        author(lastUpdatedBy)
    }

    /// Who changed something; only a management key has an address, and neither the command line
    /// nor gateway.yaml.
    mutating func author(_ id: String) {
        reference(id, uri: id.hasPrefix(ManagementKeyID.prefix) ? "/api-keys/" : nil)
    }

    /// A reference to another record, or to somebody without an address.
    package mutating func reference(_ id: String, uri collection: String?) {
        beginObject()
        member("id", id)
        member("uri", collection.map { $0 + id })
        endObject()
    }

    /// A member that is a list of texts.
    package mutating func strings(_ name: String, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
