package import Access
package import JSON
package import Model
import Storage

/// A provider key as it is shown: never with its value.
package struct ProviderKeyView: APIResource {
    private let record: ProviderKeyRecord
    private let lastUsed: Timestamp?

    /// A key with what is shown of it.
    package init(_ record: ProviderKeyRecord, lastUsed: Timestamp?) {
        self.record = record
        self.lastUsed = lastUsed
    }

    package var uri: String { "/provider-keys/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.providerKey(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity("/provider-keys/", record.id, account: record.accountID)
        writer.member("providerId", record.providerID.rawValue)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.member("keyRedacted", record.keyRedacted)
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
