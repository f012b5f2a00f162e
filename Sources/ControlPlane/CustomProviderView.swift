package import Access
package import JSON
import Model
import Storage

/// A provider of an account as it is shown.
package struct CustomProviderView: APIResource {
    /// The record.
    package let record: CustomProviderRecord

    /// A provider.
    package init(_ record: CustomProviderRecord) {
        self.record = record
    }

    package var uri: String { "/providers/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.customProvider(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity("/providers/", record.id, account: record.accountID)
        writer.member("providerId", record.providerID.rawValue)
        writer.member("name", record.name)
        writer.member("baseUrl", record.baseURL)
        writer.metadata(record.metadata)
        writer.customSurfaces(record.surfaces)
        writer.customModels(record.models)
        writer.history(
            record.createdAt,
            record.createdBy,
            record.updatedAt,
            record.lastUpdatedBy
        )
        writer.endObject()
    }
}
