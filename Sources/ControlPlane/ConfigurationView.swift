package import Access
package import JSON
package import Model
import Storage

/// An access key configuration as it is shown: its keys by name, never with their values.
package struct ConfigurationView: APIResource {
    private let record: KeyConfigurationRecord
    private let providerKeys: [ProviderKeyID: ProviderKeyRecord]
    private let accessKeyCount: Int

    /// A configuration with what is shown of it.
    package init(
        _ record: KeyConfigurationRecord,
        providerKeys: [ProviderKeyID: ProviderKeyRecord],
        accessKeyCount: Int
    ) {
        self.record = record
        self.providerKeys = providerKeys
        self.accessKeyCount = accessKeyCount
    }

    package var uri: String { "/access-key-configurations/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.configuration(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity("/access-key-configurations/", record.id, account: record.accountID)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.policy(record.policy) { writer, id in
            writer.beginObject()
            writer.member("id", id.rawValue)
            writer.member("name", providerKeys[id]?.name)
            writer.member("keyRedacted", providerKeys[id]?.keyRedacted)
            writer.endObject()
        }
        writer.key("budget")
        writer.budget(record.budget)
        writer.key("accessKeyCount")
        writer.integer(accessKeyCount)
        writer.history(
            record.createdAt,
            record.createdBy,
            record.updatedAt,
            record.lastUpdatedBy
        )
        writer.endObject()
    }
}
