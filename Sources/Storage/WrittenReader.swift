/// Takes what this program writes from the front of a line, in the form that it has nearly always.
struct WrittenReader {
    private(set) var position = 0

    /// Nothing, or where something stands.
    struct Choice {
        let range: Range<Int>?
    }

    /// The longest text that fits every limit, whatever its characters.
    private static let longestText = 255

    /// Takes exactly this.
    @inline(__always)
    mutating func take(_ text: StaticString, _ line: Span<UInt8>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard line.count - position >= count else { return false }
        for offset in 0..<count where unsafe line[position + offset] != text.utf8Start[offset] {
            return false
        }
        position += count
        return true
    }

    /// Takes a number of 1 to 18 digits without a leading zero.
    mutating func number(_ line: Span<UInt8>) -> UInt64? {
        let start = position
        var number: UInt64 = 0
        while position < line.count, line[position] &- 0x30 < 10 {
            number = number &* 10 &+ UInt64(line[position] &- 0x30)
            position += 1
        }
        guard (1...18).contains(position - start), line[start] != 0x30 else { return nil }
        return number
    }

    /// Takes text without an escape: where its characters stand.
    @inline(__always)
    mutating func text(_ line: Span<UInt8>) -> Range<Int>? {
        guard position < line.count, line[position] == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        var index = start
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") {
                guard index - start <= WrittenReader.longestText else { return nil }
                position = index + 1
                return start..<index
            }
            guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
            index += 1
        }
        return nil
    }

    /// Takes text that is not empty.
    mutating func id(_ line: Span<UInt8>) -> Range<Int>? {
        text(line).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Takes text that is not empty, or `null`.
    mutating func optionalID(_ line: Span<UInt8>) -> Choice? {
        take("null", line) ? Choice(range: nil) : id(line).map { Choice(range: $0) }
    }

    /// Takes a moment as `2026-11-21T02:13:05.123Z`, of a day that every month has.
    mutating func moment(_ line: Span<UInt8>) -> Range<Int>? {
        guard let range = text(line) else { return nil }
        let form: StaticString
        switch range.count {
        case 20: form = "0000-00-00T00:00:00Z"
        case 24: form = "0000-00-00T00:00:00.000Z"
        default: return nil
        }
        let start = range.lowerBound
        for offset in 0..<range.count {
            let (byte, mark) = unsafe (line[start + offset], form.utf8Start[offset])
            guard mark == UInt8(ascii: "0") ? byte &- 0x30 < 10 : byte == mark else { return nil }
        }
        func pair(_ offset: Int) -> UInt8 {
            (line[start + offset] &- 0x30) &* 10 &+ (line[start + offset + 1] &- 0x30)
        }
        guard (1...12).contains(pair(5)), (1...28).contains(pair(8)), pair(11) < 24, pair(14) < 60,
            pair(17) < 60
        else { return nil }
        return range
    }

    /// Takes a moment, or `null`.
    mutating func optionalMoment(_ line: Span<UInt8>) -> Choice? {
        take("null", line) ? Choice(range: nil) : moment(line).map { Choice(range: $0) }
    }

    /// Takes `true` or `false`.
    mutating func bool(_ line: Span<UInt8>) -> Bool? {
        if take("false", line) { return false }
        return take("true", line) ? true : nil
    }
}

extension Span<UInt8> {
    /// A copy of its bytes.
    var array: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Bytes that are known to be ASCII, as text.
    func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }
}
