import JSON
import Storage

/// A JSON object in a file or on standard input.
struct ObjectInput {
    private let document: JSONDocument

    /// Reads it; nil and `-` are standard input.
    init(_ file: String?) throws {
        let source = file.flatMap { $0 == "-" ? nil : $0 }
        let name = source ?? "standard input"
        let bytes =
            try source.map { try ConfigurationSources.contents(of: $0, limit: 1 << 20) }
            ?? StandardInput.readAll()
        do throws(JSONParseError) {
            document = try JSONDocument.parse(bytes.span)
        } catch {
            throw Refused("\(name) is not JSON: \(error)")
        }
        guard document.root.kind == .object else { throw Refused("\(name) is no JSON object") }
    }

    /// Writes its members, but for those that options say.
    func write(into writer: inout JSONWriter, but said: [String]) {
        for (name, value) in document.root.members where !said.contains(name) {
            writer.key(name)
            writer.value(value)
        }
    }
}
