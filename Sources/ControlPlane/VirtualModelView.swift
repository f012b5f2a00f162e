package import Access
package import JSON
import Model
import Storage

/// A virtual model of an account as it is shown.
package struct VirtualModelView: APIResource {
    /// The record.
    package let record: VirtualModelRecord

    /// A virtual model.
    package init(_ record: VirtualModelRecord) {
        self.record = record
    }

    package var uri: String { "/virtual-models/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.virtualModel(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity("/virtual-models/", record.id, account: record.accountID)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.texts("targets", record.targets)
        writer.history(
            record.createdAt,
            record.createdBy,
            record.updatedAt,
            record.lastUpdatedBy
        )
        writer.endObject()
    }
}
