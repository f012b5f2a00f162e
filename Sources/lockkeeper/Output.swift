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
        if asJSON {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("items")
            writer.beginArray()
            for item in items { item.write(into: &writer) }
            writer.endArray()
            writer.endObject()
            show(&writer)
        } else {
            table([Item.columns] + items.map(\.row))
        }
    }

    private static func show(_ writer: inout JSONWriter) {
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    private static func table(_ rows: [[String]]) {
        let texts = rows.map { row in row.map { $0.isEmpty ? "-" : printable($0) } }
        var widths: [Int] = []
        for row in texts {
            for (column, text) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], text.count)
            }
        }
        for row in texts {
            let cells = zip(row, widths).map { pad($0, to: $1) }
            print(cells.joined(separator: "  ").trimmingEnd)
        }
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Text that moves no cursor and starts no line.
    private static func printable(_ text: String) -> String {
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
