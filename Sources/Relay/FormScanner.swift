import EventStream
import Model
import Routing

/// Finds the model in a multipart/form-data body (RFC 7578), without modelling the rest of it.
///
/// The body is read to its end, and what two readers could take for different parts is refused, so
/// that the provider sees the model that was checked here.
struct FormScanner {
    /// The boundary with its two hyphens.
    private let delimiter: [UInt8]

    /// A line that parts are told apart by.
    private struct Delimiter {
        /// Where the line begins.
        let start: Int
        /// What follows it.
        let next: Int
        /// Whether the form ends with it.
        let isLast: Bool
    }

    /// A scanner for forms with this boundary.
    init(_ boundary: FormBoundary) {
        delimiter = [UInt8](repeating: UInt8(ascii: "-"), count: 2) + boundary.bytes
    }

    /// What a form says about the model.
    struct Model {
        let name: String
        /// Where it stands.
        let range: Range<Int>
    }

    /// The model that the form asks for.
    func model(in bytes: Span<UInt8>) throws(FormError) -> Model {
        guard var delimiter = try nextDelimiter(bytes, from: 0) else { throw .noParts }
        var found: Range<Int>?
        var partCount = 0
        while !delimiter.isLast {
            partCount += 1
            guard partCount <= Limits.formParts else { throw .tooManyParts(Limits.formParts) }
            var start = delimiter.next
            let head = try FormPartHead(bytes, from: &start)
            guard let end = try nextDelimiter(bytes, from: start) else { throw .notEnded }
            // The line break before a boundary belongs to it: here the headers' would be used twice.
            guard end.start >= start + 2 else { throw .ambiguousBoundary(at: end.start) }
            if head.isModel {
                guard found == nil else { throw .severalModels }
                guard head.isPlain else { throw .modelIsNoText }
                found = start..<end.start - 2
            }
            delimiter = end
        }
        if let late = try nextDelimiter(bytes, from: delimiter.next) {
            throw .ambiguousBoundary(at: late.start)
        }
        guard let found else { throw .noModel }
        return Model(name: try name(bytes.extracting(found)), range: found)
    }

    /// The next line that is a boundary; `start` is the beginning of a line.
    private func nextDelimiter(
        _ bytes: Span<UInt8>,
        from start: Int
    ) throws(FormError) -> Delimiter? {
        var line = start
        while line < bytes.count {
            if holdsDelimiter(bytes, at: line) { return try readDelimiter(bytes, at: line) }
            var end = endOfLine(bytes, from: line)
            while end < bytes.count, bytes[end] != 0x0A { end = endOfLine(bytes, from: end + 1) }
            line = end + 1
        }
        return nil
    }

    private func holdsDelimiter(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        guard bytes.count - position >= delimiter.count else { return false }
        return delimiter.indices.allSatisfy { delimiter[$0] == bytes[position + $0] }
    }

    private func readDelimiter(
        _ bytes: Span<UInt8>,
        at line: Int
    ) throws(FormError) -> Delimiter {
        guard line == 0 || bytes.holds("\r\n", at: line - 2) else {
            throw .ambiguousBoundary(at: line)
        }
        var end = line + delimiter.count
        let isLast = bytes.holds("--", at: end)
        if isLast { end += 2 }
        // Blanks that some transport has added.
        while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
        if isLast, end == bytes.count { return Delimiter(start: line, next: end, isLast: true) }
        guard bytes.holds("\r\n", at: end) else {
            if end == bytes.count { throw .notEnded }
            throw .ambiguousBoundary(at: line)
        }
        return Delimiter(start: line, next: end + 2, isLast: isLast)
    }

    /// The name as text; a line of its own would become a boundary once it is cut down to what the
    /// provider knows.
    private func name(_ bytes: Span<UInt8>) throws(FormError) -> String {
        // None is that long, and the search below looks at each of its bytes again and again.
        guard bytes.count <= ModelAddress.longest else { throw .modelTooLong }
        guard let text = String(validating: bytes.bytes(from: 0), as: UTF8.self),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .modelIsNoText }
        for index in bytes.indices where holdsDelimiter(bytes, at: index) {
            throw .ambiguousBoundary(at: index)
        }
        return text
    }
}
