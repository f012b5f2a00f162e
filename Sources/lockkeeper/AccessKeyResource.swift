import Access
import ControlPlane
import JSON
import Model
import Storage

/// An access key as it is shown; with its token where that was just made.
struct AccessKeyResource: Resource {
    let record: AccessKeyRecord
    /// What it is under, as far as that is there.
    let configuration: KeyConfigurationRecord?
    let lastUsed: Timestamp?
    var token: Secret?
    /// Needed to say whether it has expired.
    let now: Timestamp

    static let columns = ["ID", "NAME", "ENDPOINT", "KEY", "CREATED", "LAST USED", "STATE"]

    var row: [String] {
        [
            record.id.rawValue, record.name, record.gatewayID?.rawValue ?? "",
            record.keyRedacted, record.createdAt.description, lastUsed?.description ?? "", state,
        ]
    }

    var details: [(title: String, text: String)] {
        var details: [(title: String, text: String)] = [
            ("id", record.id.rawValue),
            ("account", record.accountID.rawValue),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("endpoint", record.gatewayID?.rawValue ?? ""),
            ("configuration", configurationText),
            ("key", record.keyRedacted),
            ("state", state),
            ("expires", record.expiresAt?.description ?? "never"),
            ("budget", record.budget?.text ?? "none"),
            ("last used", lastUsed?.description ?? "never"),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
        if let token { details.append(("token (shown once)", token.exposed)) }
        return details
    }

    private var configurationText: String {
        guard let id = record.configurationID else { return "" }
        return configuration.map { "\(id) (\($0.name))" } ?? id.rawValue
    }

    private var state: String {
        if record.isDisabled { return "disabled" }
        guard let expiry = record.expiresAt else { return "active" }
        return expiry <= now ? "expired" : "active"
    }

    func write(into writer: inout JSONWriter) {
        AccessKeyView(record, under: configuration, lastUsed: lastUsed, token: token)
            .write(into: &writer)
    }
}

extension StoreSession {
    /// An access key as it stands in the store, which must be there.
    func accessKey(_ id: String, token: Secret? = nil) throws -> AccessKeyResource {
        let contents = store.contents
        let record = try contents.accessKey(id)
        return AccessKeyResource(
            record: record,
            configuration: record.configurationID.flatMap { contents.configurations.records[$0] },
            lastUsed: try lastUse(of: id),
            token: token,
            now: now
        )
    }
}

extension Metadata {
    /// Its text, for people.
    var text: String {
        switch self {
        case .text(let text): text
        case .object(let json): json
        }
    }
}
