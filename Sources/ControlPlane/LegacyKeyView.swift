import Access
import JSON
import Model
import Storage

/// An access key of one gateway in the older form: `/ai_gateway_api_keys`, in snake case.
struct LegacyKeyView: APIResource {
    let record: AccessKeyRecord
    let lastUsed: Timestamp?
    var token: Secret?

    static let collection = "/ai_gateway_api_keys/"

    var uri: String { LegacyKeyView.collection + record.id.rawValue }
    var tag: String { EntityTag.of(.accessKey(record)) }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", record.id.rawValue)
        writer.member("uri", uri)
        writer.member("created_at", record.createdAt.description)
        writer.member("updated_at", record.updatedAt.description)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.key("created_by")
        writer.author(record.createdBy)
        writer.key("last_updated_by")
        writer.author(record.lastUpdatedBy)
        writer.key("endpoint")
        if let gateway = record.gatewayID {
            writer.reference(gateway.rawValue, uri: "/endpoints/")
        } else {
            writer.null()
        }
        if let token { writer.member("token", token.exposed) }
        writer.member("display_name", record.keyRedacted)
        writer.member("last_used", lastUsed?.description)
        writer.key("provider_keys")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
    }
}
