import Access
import ControlPlane
import JSON
import Model
import Storage

/// A management key as it is shown; with its token where that was just made.
struct ManagementKeyResource: Resource {
    let record: ManagementKeyRecord
    let lastUsed: Timestamp?
    var token: Secret?
    /// Needed to say whether it has expired.
    let now: Timestamp

    static let columns = [
        "ID", "NAME", "ROLE", "ACCOUNT", "KEY", "CREATED", "LAST USED", "STATE",
    ]

    var row: [String] {
        [
            record.id.rawValue, record.name, record.role.rawValue,
            record.accountID?.rawValue ?? "", record.keyRedacted, record.createdAt.description,
            lastUsed?.description ?? "", state,
        ]
    }

    var details: [(title: String, text: String)] {
        var details: [(title: String, text: String)] = [
            ("id", record.id.rawValue),
            ("role", record.role.rawValue),
            ("account", record.accountID?.rawValue ?? "all"),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("key", record.keyRedacted),
            ("state", state),
            ("expires", record.expiresAt?.description ?? "never"),
            ("last used", lastUsed?.description ?? "never"),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
        if let token { details.append(("token (shown once)", token.exposed)) }
        return details
    }

    private var state: String {
        if record.isDisabled { return "disabled" }
        return record.isUsable(at: now) ? "active" : "expired"
    }

    func write(into writer: inout JSONWriter) {
        ManagementKeyView(record, lastUsed: lastUsed, token: token).write(into: &writer)
    }
}

extension StoreSession {
    /// A management key as it stands in the store, which must be there.
    func managementKey(_ id: String, token: Secret? = nil) throws -> ManagementKeyResource {
        ManagementKeyResource(
            record: try store.contents.managementKey(id),
            lastUsed: try lastUse(of: id),
            token: token,
            now: now
        )
    }
}
