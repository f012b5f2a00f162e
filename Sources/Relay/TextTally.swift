/// Counts what JSON strings hold: bytes as they are once decoded, and signs of source code.
struct TextTally {
    /// The bytes of ASCII characters.
    private(set) var asciiBytes = 0
    /// The bytes of all other characters, as UTF-8.
    private(set) var otherBytes = 0
    /// The bytes among them that were not looked at.
    private(set) var plainBytes = 0
    /// The bytes between fences of three backticks.
    private var fencedBytes = 0
    private var breaks = 0
    private var codeBreaks = 0
    private var fenceStart: Int?

    /// The bytes of all of it.
    var byteCount: Int { asciiBytes + otherBytes }

    /// How much of it is source code, in percent; never zero where a fence is.
    var codePercent: Int {
        let fenced = fencedBytes == 0 ? 0 : max(1, min(100, fencedBytes * 100 / max(1, byteCount)))
        // Prose has a line that ends in a brace now and then.
        let lines = codeBreaks >= 3 ? codeBreaks * 100 / breaks : 0
        return max(fenced, lines >= 20 ? lines : 0)
    }

    /// Counts bytes that are not looked at.
    mutating func addPlain(_ byteCount: Int) {
        asciiBytes += byteCount
        plainBytes += byteCount
    }

    /// Counts the text of a JSON string; the range is without its quotes.
    ///
    /// Eight bytes a step; only backslashes and backticks are looked at one by one.
    mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            if index &+ 8 <= range.upperBound {
                let word = TextTally.word(bytes, at: index)
                let high = word & 0x8080_8080_8080_8080
                let marks =
                    TextTally.marks(of: UInt8(ascii: "\\"), in: word)
                    | TextTally.marks(of: UInt8(ascii: "`"), in: word)
                let plain = marks == 0 ? 8 : marks.trailingZeroBitCount &>> 3
                let kept = plain == 8 ? UInt64.max : ~(UInt64.max &<< UInt64(plain &* 8))
                let others = high == 0 ? 0 : (high & kept).nonzeroBitCount
                otherBytes &+= others
                asciiBytes &+= plain &- others
                index &+= plain
                if plain == 8 { continue }
            }
            addCharacter(bytes, range, &index)
        }
        if let fenceStart { fencedBytes += range.upperBound - fenceStart }
        fenceStart = nil
    }

    private mutating func addCharacter(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ index: inout Int
    ) {
        switch bytes[index] {
        case UInt8(ascii: "\\"): addEscape(bytes, range, &index)
        case UInt8(ascii: "`"): addBacktick(bytes, range, &index)
        case 0x80...:
            otherBytes &+= 1
            index &+= 1
        default:
            asciiBytes &+= 1
            index &+= 1
        }
    }

    private mutating func addEscape(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ index: inout Int
    ) {
        guard index + 1 < range.upperBound else { return index = range.upperBound }
        switch bytes[index + 1] {
        case UInt8(ascii: "u"):
            let digits = (index + 2)..<min(index + 6, range.upperBound)
            let unit = digits.reduce(0) { $0 << 4 | TextTally.hexadecimal(bytes[$1]) }
            switch unit {
            case ..<0x80: asciiBytes += 1
            // A surrogate is half of four bytes.
            case ..<0x800, 0xD800..<0xE000: otherBytes += 2
            default: otherBytes += 3
            }
            index = digits.upperBound
            return
        case UInt8(ascii: "n"): addBreak(bytes, range, at: index)
        default: break
        }
        asciiBytes &+= 1
        index &+= 2
    }

    /// A line of a program ends in a semicolon or a brace, or the next one is indented.
    private mutating func addBreak(_ bytes: Span<UInt8>, _ range: Range<Int>, at index: Int) {
        breaks &+= 1
        let last = index > range.lowerBound ? bytes[index &- 1] : 0
        let ends =
            last == UInt8(ascii: ";") || last == UInt8(ascii: "{") || last == UInt8(ascii: "}")
        if ends || isIndented(bytes, (index &+ 2)..<range.upperBound) { codeBreaks &+= 1 }
    }

    private func isIndented(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\\") {
            return bytes[range.lowerBound + 1] == UInt8(ascii: "t")
        }
        return range.count >= 4 && range.prefix(4).allSatisfy { bytes[$0] == 0x20 }
    }

    private mutating func addBacktick(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ index: inout Int
    ) {
        let start = index
        while index < range.upperBound, bytes[index] == UInt8(ascii: "`") { index &+= 1 }
        asciiBytes &+= index &- start
        guard index &- start >= 3 else { return }
        if let opened = fenceStart {
            fencedBytes &+= start &- opened
            fenceStart = nil
        } else {
            fenceStart = index
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> Int {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46, 0x61...0x66: Int(byte | 0x20) - 0x61 + 10
        default: 0
        }
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
        unsafe bytes.withUnsafeBytes { text in
            UInt64(littleEndian: unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
    }

    /// A word whose lowest set bit is the high bit of the first byte that is wanted.
    @inline(__always)
    private static func marks(of byte: UInt8, in word: UInt64) -> UInt64 {
        let zeros = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
        return (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
    }
}
