package import Access
package import JSON
package import Model
import Storage

/// An access key as it is shown; with its token where that was just made.
package struct AccessKeyView: APIResource {
    /// The record.
    package let record: AccessKeyRecord
    /// What it is under, as far as that is there.
    package let configuration: KeyConfigurationRecord?
    /// When it was last used.
    package let lastUsed: Timestamp?
    /// Its token; nil whenever it was not just made.
    package var token: Secret?

    /// A key with what is shown of it.
    package init(
        _ record: AccessKeyRecord,
        under configuration: KeyConfigurationRecord?,
        lastUsed: Timestamp?,
        token: Secret? = nil
    ) {
        self.record = record
        self.configuration = configuration
        self.lastUsed = lastUsed
        self.token = token
    }

    static let collection = "/access-keys/"

    package var uri: String { AccessKeyView.collection + record.id.rawValue }
    package var tag: String { EntityTag.of(.accessKey(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity(AccessKeyView.collection, record.id, account: record.accountID)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.member("endpointId", record.gatewayID?.rawValue)
        writer.key("accessKeyConfiguration")
        if let id = record.configurationID?.rawValue {
            writer.beginObject()
            writer.member("id", id)
            writer.member("uri", "/access-key-configurations/" + id)
            writer.member("name", configuration?.name)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("keyRedacted", record.keyRedacted)
        if let token { writer.member("token", token.exposed) }
        writer.member("expiresAt", record.expiresAt?.description)
        writer.key("disabled")
        writer.bool(record.isDisabled)
        writer.key("budget")
        writer.budget(record.budget)
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
