/// The header fields of an answer: names in small letters, values trimmed and free of CR and NUL.
package struct HeaderBlock: Sendable {
    private var bytes: [UInt8] = []
    private var fields: [Field] = []
    private var isLastLineKept = false

    /// Where a field's name and value lie; the value follows the name.
    private struct Field {
        let start: Int
        let nameEnd: Int
        var end: Int
    }

    /// No fields.
    package init() {}

    /// How many fields there are.
    package var count: Int { fields.count }

    /// Calls `body` with the name and the value of each field, in the order of arrival.
    package func forEach(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        let bytes = bytes.span
        for field in fields {
            body(
                bytes.extracting(field.start..<field.nameEnd),
                bytes.extracting(field.nameEnd..<field.end)
            )
        }
    }

    /// The first value of a field, or nil when the answer has none; the name in small letters.
    package func value(of name: StaticString) -> String? {
        let bytes = bytes.span
        for field in fields
        where bytes.extracting(field.start..<field.nameEnd).equalsIgnoringCase(name) {
            return String(decoding: self.bytes[field.nameEnd..<field.end], as: UTF8.self)
        }
        return nil
    }

    /// Takes a line as it came from the wire, without its end.
    ///
    /// A folded line continues the value before it; a line that is no field is left out.
    mutating func add(line: Span<UInt8>) {
        guard let first = line.indices.first else { return }
        if line[first].isBlank {
            return fold(line)
        }
        isLastLineKept = false
        var colon = 0
        while colon < line.count, line[colon].isTokenByte { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else { return }
        let value = line.extracting(HeaderBlock.trimmedRange(line, from: colon + 1))
        guard value.isFieldValue else { return }
        let start = bytes.count
        bytes.append(addingCapacity: colon) { (name: inout OutputSpan<UInt8>) in
            for index in 0..<colon { name.append(line[index].lowercased) }
        }
        bytes.append(contentsOf: value)
        fields.append(Field(start: start, nameEnd: start + colon, end: bytes.count))
        isLastLineKept = true
    }

    /// What the Content-Length fields say together.
    enum Length: Equatable {
        /// There is none.
        case unknown
        /// All say this.
        case known(Int)
        /// They are no plain numbers, or disagree.
        case contradictory
    }

    /// The length of the body as the fields tell it.
    var contentLength: Length {
        let bytes = bytes.span
        var length = Length.unknown
        for field in fields
        where bytes.extracting(field.start..<field.nameEnd).equalsIgnoringCase("content-length") {
            guard let number = bytes.extracting(field.nameEnd..<field.end).decimalNumber,
                length == .unknown || length == .known(number)
            else { return .contradictory }
            length = .known(number)
        }
        return length
    }

    /// Forgets all fields, keeping the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    private mutating func fold(_ line: Span<UInt8>) {
        guard isLastLineKept else { return }
        let value = line.extracting(HeaderBlock.trimmedRange(line, from: 0))
        guard !value.isEmpty, value.isFieldValue else { return }
        bytes.append(0x20)
        bytes.append(contentsOf: value)
        fields[fields.count - 1].end = bytes.count
    }

    private static func trimmedRange(_ line: Span<UInt8>, from start: Int) -> Range<Int> {
        var start = start
        var end = line.count
        while start < end, line[start].isBlank { start += 1 }
        while start < end, line[end - 1].isBlank { end -= 1 }
        return start..<end
    }
}
