import ArgumentParser
import JSON

/// `lockkeeper audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who changed what, when; the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "How many changes at most.")
    var limit = 20

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 at least") }
    }

    func run() throws {
        let door = try ControlDoor(common)
        var entries: [AuditEntryResource] = []
        var query: String? = "limit=\(min(limit, AuditCommand.longestPage))"
        while let asked = query, entries.count < limit {
            let page = try door.ask("GET", .audit, query: asked)
            entries += (page["entries"]?.elements ?? []).map { AuditEntryResource(entry: $0) }
            let next = page["nextPageUri"]?.string
            query = next.map { String($0.drop { $0 != "?" }.dropFirst()) }
        }
        Output.show(Array(entries.prefix(limit)), asJSON: common.json)
    }

    /// What the API gives at once.
    private static let longestPage = 100
}

/// A change as it is shown.
private struct AuditEntryResource: Resource {
    let entry: JSONValue

    static let columns = ["TIME", "AUTHOR", "ACTION", "RECORD", "ID", "ACCOUNT", "MEMBERS"]

    var row: [String] {
        [
            text("time"), text("author"), text("action"), text("resourceType"),
            text("resourceId"), text("accountId"), fields,
        ]
    }

    var details: [(title: String, text: String)] {
        Array(zip(AuditEntryResource.columns.map { $0.lowercased() }, row))
            .map { (title: $0, text: $1) }
    }

    private var fields: String {
        (entry["fields"]?.elements ?? []).compactMap(\.string).joined(separator: ",")
    }

    func write(into writer: inout JSONWriter) { writer.value(entry) }

    private func text(_ name: String) -> String { entry[name]?.string ?? "" }
}
