/// A JSON value that knows where it stands in its text: for files that people write, so that
/// whatever is wrong in one can be shown to them.
package struct PlacedValue {
    /// What the value is.
    package enum Content {
        case string(String)
        /// A number, by its text alone.
        case number
        case bool(Bool)
        case null
        case array([PlacedValue])
        case object([PlacedMember])
    }

    /// What it is.
    package let content: Content
    /// Where it stands in the text.
    package let range: Range<Int>
}

/// A member of an object, its name told apart from its value.
package struct PlacedMember {
    /// The name, escapes decoded.
    package let name: String
    /// Where the quote before the name stands.
    package let nameStart: Int
    /// The value.
    package let value: PlacedValue
}

extension PlacedValue {
    /// Parses a text that is one JSON value; names that occur twice in an object are refused.
    package static func parse(_ bytes: Span<UInt8>) throws(JSONParseError) -> PlacedValue {
        // The grammar is checked there; what follows only finds the places.
        _ = try JSONDocument.parse(bytes)
        var reader = StructuralReader(0..<bytes.count)
        do throws(ScanError) {
            _ = reader.skipWhiteSpace(bytes)
            return try read(bytes, &reader, depth: 0)
        } catch {
            throw JSONParseError(line: 1, column: 0, reason: "nested too deeply")
        }
    }

    private static func read(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        depth: Int
    ) throws(ScanError) -> PlacedValue {
        guard depth < StructuralReader.depthLimit else { throw .tooDeep(at: reader.position) }
        let start = reader.position
        let content: Content
        switch reader.peek(bytes) {
        case UInt8(ascii: "{"): content = try readObject(bytes, &reader, depth: depth)
        case UInt8(ascii: "["): content = try readArray(bytes, &reader, depth: depth)
        default:
            let kind = try reader.skipValue(bytes)
            let range = start..<reader.position
            switch kind {
            case .string: content = .string(try text(bytes, range))
            case .true: content = .bool(true)
            case .false: content = .bool(false)
            case .null: content = .null
            case .number, .object, .array: content = .number
            }
        }
        return PlacedValue(content: content, range: start..<reader.position)
    }

    private static func readArray(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        depth: Int
    ) throws(ScanError) -> Content {
        var elements: [PlacedValue] = []
        reader.position += 1
        while let byte = reader.skipWhiteSpace(bytes), byte != UInt8(ascii: "]") {
            if byte == UInt8(ascii: ",") {
                reader.position += 1
                continue
            }
            elements.append(try read(bytes, &reader, depth: depth + 1))
        }
        try reader.take(UInt8(ascii: "]"), bytes)
        return .array(elements)
    }

    private static func readObject(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        depth: Int
    ) throws(ScanError) -> Content {
        var members: [PlacedMember] = []
        reader.position += 1
        while let byte = reader.skipWhiteSpace(bytes), byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: ",") {
                reader.position += 1
                continue
            }
            let nameStart = reader.position
            try reader.skipString(bytes)
            let name = try text(bytes, nameStart..<reader.position)
            _ = reader.skipWhiteSpace(bytes)
            try reader.take(UInt8(ascii: ":"), bytes)
            _ = reader.skipWhiteSpace(bytes)
            let value = try read(bytes, &reader, depth: depth + 1)
            members.append(PlacedMember(name: name, nameStart: nameStart, value: value))
        }
        try reader.take(UInt8(ascii: "}"), bytes)
        return .object(members)
    }

    private static func text(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(ScanError) -> String {
        guard let text = decodeJSONString(bytes, range) else {
            throw .malformed(at: range.lowerBound)
        }
        return text
    }
}

/// A place in a text as people count: lines and characters from 1.
package struct LineColumn: Equatable, Sendable {
    /// The line.
    package let line: Int
    /// The character in the line.
    package let column: Int

    /// The place of a byte.
    package init(of position: Int, in bytes: Span<UInt8>) {
        var line = 1
        var column = 1
        for index in 0..<min(position, bytes.count) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                // The first byte of a character, not one that continues it.
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}
