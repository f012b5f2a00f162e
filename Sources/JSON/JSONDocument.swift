import CJansson

/// A parsed JSON text: jansson's tree behind an owner.
///
/// For what must be understood as a whole: configuration, the store, the catalog, error bodies.
/// The data path scans instead. Object keys that occur twice are an error, as are integers beyond
/// 64 bits and nesting beyond jansson's 2048. Numbers with a fraction are kept as `Double`s: where
/// their text matters, scan.
package struct JSONDocument {
    /// The longest text that is parsed when the caller says nothing else.
    package static let byteLimit = 64 << 20

    /// The value that the text is.
    package let root: JSONValue

    /// Parses a text that is one JSON value.
    package static func parse(
        _ bytes: Span<UInt8>,
        byteLimit: Int = JSONDocument.byteLimit
    ) throws(JSONParseError) -> JSONDocument {
        guard bytes.count <= byteLimit else {
            throw JSONParseError(line: 1, column: 0, reason: "longer than \(byteLimit) bytes")
        }
        // jansson skips this byte behind a number or a word, where JSON has no place for it.
        guard !bytes.indices.contains(where: { bytes[$0] == 0 }) else {
            throw JSONParseError(line: 1, column: 0, reason: "a NUL byte in the text")
        }
        let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL
        var error = json_error_t()
        let tree = unsafe bytes.withUnsafeBytes { text in
            unsafe json_loadb(text.baseAddress, text.count, Int(flags), &error)
        }
        guard let tree = unsafe tree else { throw JSONParseError(error) }
        return JSONDocument(root: JSONValue(root: unsafe JSONTree(tree)))
    }
}

/// Where and why a text is not JSON.
package struct JSONParseError: Error, Equatable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The character in the line, from 1; 0 for the line's very beginning.
    package let column: Int
    /// What is wrong, in the parser's words.
    package let reason: String

    /// The place and the reason in one line.
    package var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSONParseError {
    init(_ error: json_error_t) {
        // jansson says -1 where it has no place, as for an empty text.
        line = max(1, Int(error.line))
        column = max(0, Int(error.column))
        let words = unsafe withUnsafeBytes(of: error.text) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        reason = JSONParseError.withoutContent(words)
    }

    /// jansson repeats what it has read last, which may be a part of a secret: a sign may stay.
    private static func withoutContent(_ words: String) -> String {
        guard let near = words.firstRange(of: " near '"),
            words[near.upperBound...].utf8.count > longestContent + 1
        else { return words }
        return String(words[..<near.lowerBound])
    }

    private static let longestContent = 4

    /// Whether it is JSON, with a whole number that 64 bits don't hold.
    package var isOfALargeNumber: Bool { reason.hasPrefix("too big") }
}

/// The owner of jansson's tree (`json_t`), released with the last cursor into it.
@safe final class JSONTree {
    let root: UnsafeMutablePointer<json_t>

    init(_ root: UnsafeMutablePointer<json_t>) {
        unsafe self.root = root
    }

    deinit {
        unsafe cjansson_release(root)
    }
}
