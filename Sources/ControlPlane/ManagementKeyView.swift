package import Access
package import JSON
package import Model
import Storage

/// A management key as it is shown; with its token where that was just made.
package struct ManagementKeyView: APIResource {
    /// The record.
    package let record: ManagementKeyRecord
    /// When it was last used.
    package let lastUsed: Timestamp?
    /// Its token; nil whenever it was not just made.
    package var token: Secret?

    /// A key with what is shown of it.
    package init(_ record: ManagementKeyRecord, lastUsed: Timestamp?, token: Secret? = nil) {
        self.record = record
        self.lastUsed = lastUsed
        self.token = token
    }

    package var uri: String { "/api-keys/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.managementKey(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity("/api-keys/", record.id, account: record.accountID)
        writer.member("role", record.role.rawValue)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.member("keyRedacted", record.keyRedacted)
        if let token { writer.member("token", token.exposed) }
        writer.member("expiresAt", record.expiresAt?.description)
        writer.key("disabled")
        writer.bool(record.isDisabled)
        writer.member("lastUsed", lastUsed?.description)
        writer.history(
            record.createdAt,
            record.createdBy,
            record.updatedAt,
            record.lastUpdatedBy
        )
        writer.endObject()
    }
}
