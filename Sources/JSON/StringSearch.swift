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
private func indexOfQuote(_ bytes: Span<UInt8>, from start: Int) -> Int? {
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
