import Access
import ControlPlane
import JSON
import Model
import Storage

/// A provider key as it is shown: never with its value.
struct ProviderKeyResource: Resource {
    let record: ProviderKeyRecord
    let lastUsed: Timestamp?

    static let columns = ["ID", "PROVIDER", "NAME", "KEY", "CREATED", "LAST USED"]

    var row: [String] {
        [
            record.id.rawValue, record.providerID.rawValue, record.name, record.keyRedacted,
            record.createdAt.description, lastUsed?.description ?? "",
        ]
    }

    var details: [(title: String, text: String)] {
        [
            ("id", record.id.rawValue),
            ("account", record.accountID.rawValue),
            ("provider", record.providerID.rawValue),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("key", record.keyRedacted),
            ("last used", lastUsed?.description ?? "never"),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
    }

    func write(into writer: inout JSONWriter) {
        ProviderKeyView(record, lastUsed: lastUsed).write(into: &writer)
    }
}

extension StoreSession {
    /// A provider key as it stands in the store, which must be there.
    func providerKey(_ id: String) throws -> ProviderKeyResource {
        ProviderKeyResource(
            record: try store.contents.providerKey(id),
            lastUsed: try lastUse(of: id)
        )
    }
}
