/// The index of the quote that ends a JSON string, searched from `start`, the byte after the
/// opening quote; nil when the text ends before it.
///
/// Most of a body is strings, so this is the scanner's speed. Only quotes are searched for, as an
/// escape matters only where it makes a quote part of the string.
func endOfString(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var from = start
    while let quote = indexOfQuote(bytes, from: from) {
        if !isEscaped(bytes, quote, stringStart: start) { return quote }
        from = quote &+ 1
    }
    return nil
}

/// Whether an odd number of backslashes stands before the byte, counted back to the string's start.
@inline(__always)
private func isEscaped(_ bytes: Span<UInt8>, _ index: Int, stringStart: Int) -> Bool {
    var first = index
    while first > stringStart, bytes[first &- 1] == UInt8(ascii: "\\") { first &-= 1 }
    return (index &- first) & 1 == 1
}

/// The index of the first quote: eight bytes a step at first, as most strings are short, then 32.
@inline(__always)
func indexOfQuote(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { buffer in
        let text = UnsafeRawBufferPointer(buffer)
        var index = start
        while index &+ 8 <= text.count {
            let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let marks = quoteMarks(UInt64(littleEndian: word))
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
            if index &- start == 32 { unsafe skipBlocksWithoutQuote(text, &index) }
        }
        while index < text.count {
            if unsafe text[index] == UInt8(ascii: "\"") { return index }
            index &+= 1
        }
        return nil
    }
}

private func skipBlocksWithoutQuote(_ text: UnsafeRawBufferPointer, _ index: inout Int) {
    let quote = SIMD32<UInt8>(repeating: UInt8(ascii: "\""))
    while index &+ 32 <= text.count {
        let block = unsafe text.loadUnaligned(fromByteOffset: index, as: SIMD32<UInt8>.self)
        let marks = unsafe unsafeBitCast(block .== quote, to: SIMD4<UInt64>.self)
        if marks.x | marks.y | marks.z | marks.w != 0 { return }
        index &+= 32
    }
}

/// A word whose lowest set bit is the high bit of the first byte that is a quote; zero when there
/// is none.
@inline(__always)
private func quoteMarks(_ word: UInt64) -> UInt64 {
    let zeros = word ^ 0x2222_2222_2222_2222
    return (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
}

/// Whether a part of a text is ASCII that stands for itself in a JSON string: no control character
/// and no backslash.
func isPlainASCII(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    unsafe bytes.withUnsafeBytes { text in
        while index &+ 8 <= range.upperBound {
            let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if hasSpecialByte(word) { return }
            index &+= 8
        }
        // What is left is less than a word: the bytes after it are taken for spaces.
        guard index &+ 8 <= text.count, index < range.upperBound else { return }
        let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let others = UInt64.max &<< UInt64((range.upperBound &- index) &* 8)
        let padded = UInt64(littleEndian: word) & ~others | 0x2020_2020_2020_2020 & others
        if !hasSpecialByte(padded) { index = range.upperBound }
    }
    while index < range.upperBound {
        let byte = bytes[index]
        if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { return false }
        index &+= 1
    }
    return true
}

/// The index of the first control character in a part of a text; nil when there is none.
func indexOfControl(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    unsafe bytes.withUnsafeBytes { text in
        while index &+ 8 <= range.upperBound {
            let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let controls = (word &- 0x2020_2020_2020_2020) & ~word
            if controls & 0x8080_8080_8080_8080 != 0 { return }
            index &+= 8
        }
    }
    while index < range.upperBound {
        if bytes[index] < 0x20 { return index }
        index &+= 1
    }
    return nil
}

/// Whether a byte is a control character, beyond ASCII, or a backslash.
@inline(__always)
private func hasSpecialByte(_ word: UInt64) -> Bool {
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let zeros = (backslashes &- 0x0101_0101_0101_0101) & ~backslashes
    let controls = (word &- 0x2020_2020_2020_2020) & ~word
    return (zeros | controls | word) & 0x8080_8080_8080_8080 != 0
}

/// Up to eight bytes of a part of a text as one word, filled up with zeros.
@inline(__always)
func leadingWord(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    guard range.lowerBound &+ 8 <= bytes.count else {
        var word: UInt64 = 0
        for index in range.reversed() { word = word &<< 8 | UInt64(bytes[index]) }
        return word
    }
    let word = unsafe bytes.withUnsafeBytes { text in
        unsafe text.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
    }
    let kept = range.count < 8 ? ~(UInt64.max &<< UInt64(range.count &* 8)) : UInt64.max
    return UInt64(littleEndian: word) & kept
}
