import Access
import ControlPlane
import JSON
import Model
import Storage

/// A virtual model of an account as it is shown.
struct VirtualModelResource: Resource {
    let record: VirtualModelRecord

    static let columns = ["ID", "NAME", "ACCOUNT", "TARGETS", "CREATED"]

    var row: [String] {
        [
            record.id.rawValue, record.name, record.accountID.rawValue,
            record.targets.joined(separator: ", "), record.createdAt.description,
        ]
    }

    var details: [(title: String, text: String)] {
        [
            ("id", record.id.rawValue),
            ("account", record.accountID.rawValue),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("targets", record.targets.joined(separator: ", ")),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
    }

    func write(into writer: inout JSONWriter) {
        VirtualModelView(record).write(into: &writer)
    }
}

extension StoreSession {
    /// A virtual model of an account as it stands in the store, which must be there.
    func virtualModel(_ id: String) throws -> VirtualModelResource {
        VirtualModelResource(record: try store.contents.virtualModel(id))
    }
}
