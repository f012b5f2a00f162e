/// A position in JSON text that moves over white space, strings and whole values.
///
/// Nested containers are skipped by their structure: strings end, brackets match, and between them
/// stand only bytes that JSON allows there. Their grammar is not checked further, nor is what a
/// string holds: whoever the text is meant for parses it anyway, and no such fault can move the end
/// of a value.
struct StructuralReader {
    /// How many containers may be open at once.
    static let depthLimit = 512

    var position: Int
    let end: Int

    /// A reader at the start of a part of the text.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The byte at the position; nil at the end.
    @inline(__always)
    func peek(_ bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    /// Takes this byte, or throws.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) throws(ScanError) {
        guard peek(bytes) == byte else { throw .malformed(at: position) }
        position &+= 1
    }

    /// Moves to the next byte that is not white space and tells it; nil at the end.
    @inline(__always)
    mutating func skipWhiteSpace(_ bytes: Span<UInt8>) -> UInt8? {
        while position < end {
            let byte = bytes[position]
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position &+= 1
        }
        return nil
    }

    /// Takes a string; the position is at its opening quote.
    @inline(__always)
    mutating func skipString(_ bytes: Span<UInt8>) throws(ScanError) {
        guard let quote = endOfString(bytes, from: position &+ 1), quote < end else {
            throw .malformed(at: end)
        }
        position = quote &+ 1
    }

    /// Takes a whole value.
    mutating func skipValue(_ bytes: Span<UInt8>) throws(ScanError) -> ValueKind {
        switch peek(bytes) {
        case UInt8(ascii: "\""):
            try skipString(bytes)
            return .string
        case UInt8(ascii: "{"):
            try skipContainer(bytes)
            return .object
        case UInt8(ascii: "["):
            try skipContainer(bytes)
            return .array
        case UInt8(ascii: "t"):
            try skipWord("true", bytes)
            return .true
        case UInt8(ascii: "f"):
            try skipWord("false", bytes)
            return .false
        case UInt8(ascii: "n"):
            try skipWord("null", bytes)
            return .null
        default:
            try skipNumber(bytes)
            return .number
        }
    }

    private mutating func skipWord(_ word: StaticString, _ bytes: Span<UInt8>) throws(ScanError) {
        for offset in 0..<word.utf8CodeUnitCount {
            try take(unsafe word.utf8Start[offset], bytes)
        }
    }

    private mutating func skipNumber(_ bytes: Span<UInt8>) throws(ScanError) {
        if peek(bytes) == UInt8(ascii: "-") { position &+= 1 }
        if peek(bytes) == UInt8(ascii: "0") {
            position &+= 1
        } else {
            try skipDigits(bytes)
        }
        if peek(bytes) == UInt8(ascii: ".") {
            position &+= 1
            try skipDigits(bytes)
        }
        if let byte = peek(bytes), byte | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if let sign = peek(bytes), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                position &+= 1
            }
            try skipDigits(bytes)
        }
    }

    /// Takes one digit or more.
    private mutating func skipDigits(_ bytes: Span<UInt8>) throws(ScanError) {
        let first = position
        while let byte = peek(bytes), byte >= 0x30, byte <= 0x39 { position &+= 1 }
        if position == first { throw .malformed(at: position) }
    }

    private mutating func skipContainer(_ bytes: Span<UInt8>) throws(ScanError) {
        var brackets = BracketStack()
        repeat {
            guard let byte = peek(bytes) else { throw .malformed(at: end) }
            switch byte {
            case UInt8(ascii: "\""):
                try skipString(bytes)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard brackets.push(byte) else { throw .tooDeep(at: position) }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard brackets.pop(byte) else { throw .malformed(at: position) }
            default:
                guard Self.isPlain(byte) else { throw .malformed(at: position) }
            }
            position &+= 1
        } while brackets.depth > 0
    }

    /// Whether the byte may stand in JSON outside strings, brackets apart: white space, comma,
    /// colon, what numbers are made of, and the letters of the three words.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x07FF_7801_0000_2600
        let high: UInt64 = 0x003C_5062_0000_0020
        let half = byte < 64 ? low : high
        return byte < 128 && half &>> UInt64(byte & 63) & 1 == 1
    }
}

/// The kinds of the brackets that are open, a bit each.
struct BracketStack {
    private(set) var depth = 0
    private var isObject: [8 of UInt64] = .init(repeating: 0)

    /// Whether the innermost open bracket is an object's.
    var isInObject: Bool {
        guard depth > 0 else { return false }
        let last = depth &- 1
        return isObject[last >> 6] &>> UInt64(truncatingIfNeeded: last) & 1 == 1
    }

    /// Opens a bracket; false when too many are open.
    mutating func push(_ bracket: UInt8) -> Bool {
        guard depth < StructuralReader.depthLimit else { return false }
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: depth)
        if bracket == UInt8(ascii: "{") {
            isObject[depth >> 6] |= bit
        } else {
            isObject[depth >> 6] &= ~bit
        }
        depth &+= 1
        return true
    }

    /// Closes a bracket; false when the open one is of the other kind.
    mutating func pop(_ bracket: UInt8) -> Bool {
        guard depth > 0 else { return false }
        depth &-= 1
        let bit = isObject[depth >> 6] &>> UInt64(truncatingIfNeeded: depth) & 1
        return (bit == 1) == (bracket == UInt8(ascii: "}"))
    }
}
