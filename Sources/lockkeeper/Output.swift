import Glibc
import JSON
import Model

/// Prints to standard error, which no script reads as a result.
func printAside(_ text: String, terminator: String = "\n") {
    let bytes = Array((text + terminator).utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Something that is printed as a JSON object or as a table's row.
protocol Resource {
    /// The columns' titles.
    static var columns: [String] { get }
    /// The columns' texts.
    var row: [String] { get }
    /// The whole of it, as titles and texts.
    var details: [(title: String, text: String)] { get }
    /// Writes it as the control plane does.
    func write(into writer: inout JSONWriter)
}

/// What commands print.
enum Output {
    /// One resource.
    static func show(_ resource: some Resource, asJSON: Bool) {
        if asJSON {
            var writer = JSONWriter()
            resource.write(into: &writer)
            show(&writer)
        } else {
            let width = resource.details.map(\.title.count).max() ?? 0
            for (title, text) in resource.details {
                print("\(pad(title, to: width))  \(text.isEmpty ? "-" : printable(text))")
            }
        }
    }

    /// A list of resources.
    static func show<Item: Resource>(_ items: [Item], asJSON: Bool) {
        show(asJSON: asJSON) { (body: (Item) -> Void) in items.forEach(body) }
    }

    /// A list of resources, of which none is held: for a table they are gone through twice.
    static func show<Item: Resource>(
        asJSON: Bool,
        forEach: (_ body: (Item) -> Void) throws -> Void
    ) rethrows {
        if asJSON {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            try forEach { item in
                item.write(into: &writer)
                if writer.bytes.count > longestPart { show(&writer, terminator: "") }
            }
            writer.endArray()
            writer.endObject()
            show(&writer)
        } else {
            var columns = Columns(of: Item.columns)
            try forEach { columns.widen(for: $0.row) }
            columns.show(Item.columns)
            try forEach { columns.show($0.row) }
        }
    }

    /// The bytes that are gathered before they are printed.
    private static let longestPart = 64 * 1024

    private static func show(_ writer: inout JSONWriter, terminator: String = "\n") {
        print(String(decoding: writer.takeBytes(), as: UTF8.self), terminator: terminator)
    }

    /// The columns of a table, each as wide as its longest text.
    private struct Columns {
        private var widths: [Int]

        init(of titles: [String]) { widths = titles.map(\.count) }

        mutating func widen(for row: [String]) {
            for (column, text) in row.enumerated() {
                widths[column] = max(widths[column], width(of: shown(text)))
            }
        }

        func show(_ row: [String]) {
            let cells = zip(row, widths).map { pad(shown($0), to: $1) }
            print(cells.joined(separator: "  ").trimmingEnd)
        }

        private func shown(_ text: String) -> String { text.isEmpty ? "-" : printable(text) }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(of: text)))
    }

    private static func width(of text: String) -> Int {
        isPlain(text) ? text.utf8.count : text.count
    }

    /// Whether it is printable and ASCII, as it is nearly always.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// Text that moves no cursor and starts no line.
    static func printable(_ text: String) -> String {
        if isPlain(text) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
