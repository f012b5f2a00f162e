package import Access
package import JSON
import Model
package import Storage

/// An account as it is shown.
package struct AccountView: APIResource {
    /// The record, or what stands for it.
    package let record: AccountRecord
    /// The gateways that accept its keys.
    package let gateways: [String]

    /// An account, with those of the gateways that accept its keys.
    package init(_ record: AccountRecord, at gateways: [GatewayConfiguration]) {
        self.record = record
        self.gateways = gateways.filter { $0.accounts.contains(record.id) }.map(\.id.rawValue)
    }

    package var uri: String { "/accounts/" + record.id.rawValue }
    package var tag: String { EntityTag.of(.account(record)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", record.id.rawValue)
        writer.member("uri", uri)
        writer.member("name", record.name)
        writer.member("description", record.description)
        writer.metadata(record.metadata)
        writer.key("disabled")
        writer.bool(record.isDisabled)
        writer.strings("endpoints", gateways)
        writer.history(
            record.createdAt,
            record.createdBy,
            record.updatedAt,
            record.lastUpdatedBy
        )
        writer.endObject()
    }
}
