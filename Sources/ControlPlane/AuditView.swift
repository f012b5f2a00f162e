import JSON
import Model

/// An entry of the audit trail as it is shown.
struct AuditView: APIResource {
    /// Where its line stands, which is what it is known by.
    let place: Int
    /// The account of the changed record; nil for one that belongs to none.
    let account: AccountID?
    private let line: JSONValue

    static let prefix = "au_"
    /// The members that are shown, as they stand in the file.
    private static let members = [
        "time", "author", "role", "accountId", "method", "action", "resourceType", "resourceId",
        "fields", "address", "result",
    ]

    /// The entry of a line; nil for a torn one.
    init?(_ bytes: [UInt8], at place: Int) {
        do throws(JSONParseError) {
            line = try JSONDocument.parse(bytes.span).root
        } catch {
            return nil
        }
        guard line["time"]?.string != nil else { return nil }
        self.place = place
        account = line["accountId"]?.string.map { AccountID($0) }
    }

    static func id(at place: Int) -> String { prefix + String(place) }

    var uri: String { "/audit" }
    var tag: String { EntityTag.of { write(into: &$0) } }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", AuditView.id(at: place))
        for name in AuditView.members {
            writer.key(name)
            if let value = line[name] { writer.value(value) } else { writer.null() }
        }
        writer.endObject()
    }
}
