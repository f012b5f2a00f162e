import Testing

@testable import Model

/// Bytes that are edited in place.
@Suite struct ByteBuffers {
    private func text(_ buffer: ByteBuffer) -> [UInt8] {
        buffer.withBytes { span in span.indices.map { span[$0] } }
    }

    @Test func `any edits give what an array gives`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let buffer = ByteBuffer()
            var array: [UInt8] = []
            var edits: [(Range<Int>, Int)] = []
            for _ in 0..<40 {
                let start = Int.random(in: 0...array.count, using: &random)
                let range = start..<Int.random(in: start...array.count, using: &random)
                let count = Int.random(in: 0...90, using: &random)
                edits.append((range, count))
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ start) }
                buffer.replaceSubrange(range, with: bytes.span)
                array.replaceSubrange(range, with: bytes)
                #expect(text(buffer) == array, "after \(edits)")
            }
            buffer.removeAll()
            #expect(buffer.isEmpty)
            buffer.append([1, 2, 3].span)
            #expect(text(buffer) == [1, 2, 3])
        }
    }

    @Test func `an edit near the start moves nothing of what follows`() {
        let buffer = ByteBuffer()
        buffer.append([UInt8](repeating: 7, count: 10_000).span)
        let end = unsafe buffer.unsafeBytes.baseAddress.map { unsafe $0 + 10_000 }
        for (range, count) in [(5..<25, 4), (5..<9, 40), (0..<3, 0)] {
            buffer.replaceSubrange(range, with: [UInt8](repeating: 1, count: count).span)
            #expect(unsafe buffer.unsafeBytes.baseAddress.map { unsafe $0 + buffer.count } == end)
        }
    }

    @Test func `appending stays in place where room was made`() {
        let buffer = ByteBuffer()
        buffer.append([1, 2, 3].span)
        buffer.reserve(1 << 20)
        let start = unsafe buffer.unsafeBytes.baseAddress
        for _ in 0..<1023 { buffer.append([UInt8](repeating: 9, count: 1024).span) }
        #expect(unsafe buffer.unsafeBytes.baseAddress == start)
        #expect(buffer.count == 3 + 1023 * 1024)
    }
}
