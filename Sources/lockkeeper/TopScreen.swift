/// What `lockkeeper top` shows: lines that fit a terminal.
struct TopScreen {
    /// What is known, beside the requests.
    struct Heading {
        let time: String
        let length: Duration
        let grouping: TopWindow.Grouping
        let activeCount: Int?
        let lostCount: Int
        let note: String?
        let takesKeys: Bool
    }

    private struct Column {
        let title: String
        let text: @Sendable (TopSums) -> String
    }

    /// The columns beside the name, those that go last where there is no room in front.
    private static let columns = [
        Column(title: "REQ/S") { $0.rate },
        Column(title: "ERRORS") { $0.errors },
        Column(title: "P50") { $0.median },
        Column(title: "P95") { $0.slow },
        Column(title: "$/HOUR") { $0.costRate },
        Column(title: "OUT/S") { $0.outputRate },
        Column(title: "IN/S") { $0.inputRate },
        Column(title: "FIRST") { $0.firstToken },
    ]

    private static let columnWidth = 9
    private static let leastNameWidth = 12

    /// The lines; none is wider than the columns, and there are no more than the rows.
    static func lines(
        _ heading: Heading,
        _ all: TopSums,
        _ groups: [(name: String, sums: TopSums)],
        columns: Int,
        rows: Int,
        _ style: TextStyle
    ) -> [String] {
        var lines = wrapped(facts(heading, all), columns)
        if let note = heading.note { lines.append(cut(note, columns)) }
        lines.append("")
        let room = max(0, columns - leastNameWidth) / columnWidth
        let shown = Self.columns.prefix(room)
        let nameWidth = max(1, columns - shown.count * columnWidth)
        func row(_ name: String, _ texts: [String]) -> String {
            let name = cut(Output.printable(name), nameWidth)
            let start = name + String(repeating: " ", count: nameWidth - name.count)
            return start + texts.map { $0.leading(columnWidth) }.joined()
        }
        let title = row(heading.grouping.rawValue.uppercased(), shown.map(\.title))
        lines.append(style.inverse(title))
        for (name, sums) in groups { lines.append(row(name, shown.map { $0.text(sums) })) }
        if groups.isEmpty { lines.append(cut("no request has ended yet", columns)) }
        return Array(lines.prefix(rows))
    }

    /// The heading as a line, for who reads no screen.
    static func plain(_ heading: Heading, _ all: TopSums) -> String {
        ([heading.time] + facts(heading, all).dropFirst()).joined(separator: "  ")
    }

    private static func facts(_ heading: Heading, _ all: TopSums) -> [String] {
        var facts = [
            "lockkeeper top \(heading.time)", "last \(heading.length.components.seconds)s",
            "\(all.count) requests", "\(all.rate)/s", "errors \(all.errors)",
            "p50 \(all.median)", "p95 \(all.slow)", "first token \(all.firstToken)",
            "tokens \(all.inputRate)/s in \(all.outputRate)/s out", "\(all.costRate)/hour",
        ]
        if let count = heading.activeCount { facts.insert("\(count) under way", at: 2) }
        if heading.lostCount > 0 { facts.append("\(heading.lostCount) not counted") }
        if heading.takesKeys { facts.append("[k]ey [m]odel [p]rovider [q]uit") }
        return facts
    }

    private static func wrapped(_ facts: [String], _ columns: Int) -> [String] {
        var lines: [String] = []
        for fact in facts {
            if let last = lines.last, last.count + 3 + fact.count <= columns {
                lines[lines.count - 1] = last + "   " + fact
            } else {
                lines.append(cut(fact, columns))
            }
        }
        return lines
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }
}
