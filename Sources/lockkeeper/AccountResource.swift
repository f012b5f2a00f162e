import Access
import ControlPlane
import JSON
import Model
import Storage

/// An account as it is shown.
struct AccountResource: Resource {
    private let record: AccountRecord
    private let configured: [GatewayConfiguration]

    /// An account, with the gateways that accept its keys.
    init(_ record: AccountRecord, at gateways: [GatewayConfiguration]) {
        self.record = record
        configured = gateways
    }

    private var gateways: [String] { AccountView(record, at: configured).gateways }

    static let columns = ["ID", "NAME", "GATEWAYS", "CREATED", "STATE"]

    var row: [String] {
        [
            record.id.rawValue, record.name, gateways.joined(separator: ","),
            record.createdAt.description, state,
        ]
    }

    var details: [(title: String, text: String)] {
        [
            ("id", record.id.rawValue),
            ("name", record.name),
            ("description", record.description),
            ("metadata", record.metadata.text),
            ("gateways", gateways.joined(separator: ", ")),
            ("state", state),
            ("created", "\(record.createdAt) by \(record.createdBy)"),
            ("updated", "\(record.updatedAt) by \(record.lastUpdatedBy)"),
        ]
    }

    private var state: String { record.isDisabled ? "disabled" : "active" }

    func write(into writer: inout JSONWriter) {
        AccountView(record, at: configured).write(into: &writer)
    }
}

extension StoreSession {
    /// An account as it stands in the store, which must be there.
    func accountResource(_ id: String) throws -> AccountResource {
        AccountResource(store.contents.accounts[try account(id)], at: configuration.gateways)
    }
}
