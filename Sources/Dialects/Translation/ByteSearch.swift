/// Looks for words in bodies, most of which hold none of them.
enum ByteSearch {
    /// Whether the bytes hold a word of two bytes or more, 32 places a step.
    static func holds(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard length > 1, bytes.count >= length else { return false }
        return unsafe bytes.withUnsafeBytes { text in
            let first = unsafe SIMD32<UInt8>(repeating: word.utf8Start[0])
            let last = unsafe SIMD32<UInt8>(repeating: word.utf8Start[length - 1])
            let end = text.count - length + 1
            var start = 0
            while start + 32 <= end {
                let heads = unsafe text.loadUnaligned(
                    fromByteOffset: start,
                    as: SIMD32<UInt8>.self
                )
                let tails = unsafe text.loadUnaligned(
                    fromByteOffset: start + length - 1,
                    as: SIMD32<UInt8>.self
                )
                let marks = (heads .== first) .& (tails .== last)
                let words = unsafe unsafeBitCast(marks, to: SIMD4<UInt64>.self)
                if words.x | words.y | words.z | words.w != 0,
                    unsafe stands(word, in: text, from: start, before: start + 32)
                {
                    return true
                }
                start += 32
            }
            return unsafe stands(word, in: text, from: start, before: end)
        }
    }

    /// Whether the word begins in a range of places.
    private static func stands(
        _ word: StaticString,
        in text: UnsafeRawBufferPointer,
        from start: Int,
        before end: Int
    ) -> Bool {
        let length = word.utf8CodeUnitCount
        for place in start..<max(start, end) {
            var count = 0
            while count < length, unsafe text[place + count] == word.utf8Start[count] { count += 1 }
            if count == length { return true }
        }
        return false
    }
}
