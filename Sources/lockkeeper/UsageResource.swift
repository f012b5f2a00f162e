import JSON
import Ledger
import Model

/// A group of usage as it is shown.
struct UsageResource: Resource {
    private let group: UsageGroup

    init(_ group: UsageGroup) { self.group = group }

    static let columns = [
        "NAME", "REQUESTS", "FAILED", "ATTEMPTS", "INPUT", "OUTPUT", "CACHE READ", "CACHE WRITE",
        "COST", "LIST COST", "UNPRICED",
    ]

    var row: [String] {
        let tokens = group.tokens
        return [
            group.name, "\(group.requests)", "\(group.errors)", "\(group.attempts)",
            "\(tokens.input)", "\(tokens.output)", "\(tokens.cacheRead)", "\(tokens.cacheWrite)",
            "\(group.cost)", "\(group.listCost)", "\(group.unpriced)",
        ]
    }

    var details: [(title: String, text: String)] {
        zip(Self.columns, row).map { ($0.lowercased(), $1) }
    }

    func write(into writer: inout JSONWriter) {
        let tokens = group.tokens
        writer.beginObject()
        if !group.name.isEmpty { writer.member("groupKey", group.name) }
        writer.member("requests", group.requests)
        writer.member("errors", group.errors)
        writer.member("attempts", group.attempts)
        writer.member("inputTokens", tokens.input)
        writer.member("outputTokens", tokens.output)
        writer.member("cacheReadTokens", tokens.cacheRead)
        writer.member("cacheWriteTokens", tokens.cacheWrite)
        writer.member("cacheWrite1hTokens", tokens.cacheWrite1h ?? 0)
        writer.member("reasoningTokens", tokens.reasoning)
        writer.member("cost", group.cost)
        writer.member("listCost", group.listCost)
        writer.member("unpriced", group.unpriced)
        writer.endObject()
    }
}
