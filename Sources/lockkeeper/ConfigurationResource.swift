import Access
import ControlPlane
import JSON
import Model
import Storage

/// An access key configuration as it is shown: its keys by name, never with their values.
struct ConfigurationResource: Resource {
    let record: KeyConfigurationRecord
    let providerKeys: [ProviderKeyID: ProviderKeyRecord]
    let accessKeyCount: Int

    static let columns = ["ID", "NAME", "PROVIDERS", "MODELS", "RULES", "KEYS", "CREATED"]

    var row: [String] {
        let access = record.policy.access
        return [
            record.id.rawValue, record.name, allowed(access.providers, "all"),
            allowed(access.models, "all"), String(record.policy.rules.count),
            String(accessKeyCount), record.createdAt.description,
        ]
    }

    var details: [(title: String, text: String)] {
        var details: [(title: String, text: String)] = [
            ("id", record.id.rawValue),
            ("account", record.accountID.rawValue),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("providers", allowed(record.policy.access.providers, "all")),
            ("models", allowed(record.policy.access.models, "all")),
        ]
        for rule in record.policy.rules {
            details.append(
                ("rule", "\(rule.title): \(rule.steps.map(text).joined(separator: "; "))")
            )
        }
        return details + [
            ("budget", record.budget?.text ?? "none"),
            ("access keys", String(accessKeyCount)),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
    }

    func write(into writer: inout JSONWriter) {
        ConfigurationView(record, providerKeys: providerKeys, accessKeyCount: accessKeyCount)
            .write(into: &writer)
    }

    private func allowed(_ entries: [String]?, _ all: String) -> String {
        guard let entries else { return all }
        return entries.isEmpty ? "none" : entries.joined(separator: ", ")
    }

    private func text(_ step: KeyStep) -> String {
        switch step {
        case .managed: return "managed keys"
        case .user(let strategy, let keys):
            let names = keys.map { id in
                providerKeys[id].map { "\(id) (\($0.name))" } ?? id.rawValue
            }
            let order = strategy == .ordered ? "" : "\(strategy.rawValue) of "
            return order + names.joined(separator: ", ")
        }
    }
}

extension KeyRule {
    /// What it is about.
    var title: String { model ?? providerName }
}

extension StoreSession {
    /// A configuration as it stands in the store, which must be there.
    func configuration(_ id: String) throws -> ConfigurationResource {
        let contents = store.contents
        let record = try contents.configuration(id)
        return ConfigurationResource(
            record: record,
            providerKeys: contents.providerKeys,
            accessKeyCount: contents.accessKeyCounts[record.id] ?? 0
        )
    }
}
