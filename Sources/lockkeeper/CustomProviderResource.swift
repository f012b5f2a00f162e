import Access
import ControlPlane
import JSON
import Model
import Storage

/// A provider of an account as it is shown.
struct CustomProviderResource: Resource {
    let record: CustomProviderRecord

    static let columns = ["ID", "PROVIDER", "ACCOUNT", "NAME", "BASE URL", "MODELS", "CREATED"]

    var row: [String] {
        [
            record.id.rawValue, record.providerID.rawValue, record.accountID.rawValue, record.name,
            record.baseURL, String(record.models.count), record.createdAt.description,
        ]
    }

    var details: [(title: String, text: String)] {
        let surfaces = record.surfaces.compactMap(\.dialect?.rawValue)
        let models = record.models.map { model in
            model.providerModelID.map { "\(model.id) (\($0))" } ?? model.id
        }
        return [
            ("id", record.id.rawValue),
            ("account", record.accountID.rawValue),
            ("provider", record.providerID.rawValue),
            ("name", record.name),
            ("base URL", record.baseURL),
            ("metadata", record.metadata.text),
            ("speaks", surfaces.isEmpty ? "openai-chat" : surfaces.joined(separator: ", ")),
            ("models", models.joined(separator: ", ")),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
    }

    func write(into writer: inout JSONWriter) {
        CustomProviderView(record).write(into: &writer)
    }
}

extension StoreSession {
    /// A provider of an account as it stands in the store, which must be there.
    func customProvider(_ id: String) throws -> CustomProviderResource {
        CustomProviderResource(record: try store.contents.customProvider(id))
    }
}
