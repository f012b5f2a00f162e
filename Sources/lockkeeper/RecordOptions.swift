import Access
import ArgumentParser
import JSON
import Model
import Storage

/// What people and programs may say about a record.
struct RecordOptions: ParsableArguments {
    @Option(help: "What people call it, 255 characters at most.")
    var name: String?

    @Option(help: "What people say about it, 255 characters at most.")
    var description: String?

    @Option(help: "What programs say about it: text or a JSON object, 4096 bytes at most.")
    var metadata: String?

    /// Writes the members that are said.
    func write(into writer: inout JSONWriter) throws {
        if let name { writer.member("name", name) }
        if let description { writer.member("description", description) }
        if let metadata = try readMetadata() { writer.metadata(metadata) }
    }

    /// The members that are said.
    var said: [String] {
        [("name", name), ("description", description), ("metadata", metadata)]
            .compactMap { member, text in text == nil ? nil : member }
    }

    /// The metadata as it is kept: an object compactly, everything else as text.
    func readMetadata() throws -> Metadata? {
        try metadata.map { try RecordOptions.metadata($0) }
    }

    /// The same of a text.
    static func metadata(_ metadata: String) throws -> Metadata {
        guard metadata.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            return .text(metadata)
        }
        do throws(JSONParseError) {
            let document = try JSONDocument.parse(Array(metadata.utf8).span)
            var writer = JSONWriter()
            writer.value(document.root)
            return .object(json: String(decoding: writer.bytes, as: UTF8.self))
        } catch {
            throw ValidationError("--metadata begins as a JSON object and is none: \(error)")
        }
    }
}
