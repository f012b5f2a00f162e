/// Bytes that grow in memory of their own, whose address is stable while nothing changes.
///
/// There is a little room before the first byte: an edit near the start of a long text moves what
/// stands before it, not all that follows.
///
/// Not `Sendable`: it belongs to one loop.
@safe package final class ByteBuffer {
    private var block: UnsafeMutablePointer<UInt8>
    private var blockSize: Int
    /// Where in the block the first byte is.
    private var start = ByteBuffer.room
    /// How many bytes are held.
    package private(set) var count = 0

    /// What is kept free before the first byte of a new block.
    private static let room = 64

    /// An empty buffer with room for so many bytes.
    package init(capacity: Int = 0) {
        blockSize = ByteBuffer.room + max(capacity, 64)
        unsafe block = .allocate(capacity: blockSize)
    }

    deinit {
        unsafe block.deallocate()
    }

    private var base: UnsafeMutablePointer<UInt8> { unsafe block + start }

    /// How many bytes can be held before they move.
    private var capacity: Int { blockSize - start }

    /// Whether nothing is held.
    package var isEmpty: Bool { count == 0 }

    /// The bytes for a C function, valid until the next change.
    package var unsafeBytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Lends the bytes.
    package func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(unsafe UnsafeBufferPointer(start: base, count: count).span)
    }

    /// Makes room for so many bytes in all, so that appending up to there moves nothing.
    package func reserve(_ byteCount: Int) {
        if byteCount > capacity { grow(toHold: byteCount) }
    }

    /// Appends bytes, which must not be this buffer's own.
    package func append(_ bytes: Span<UInt8>) {
        replaceSubrange(count..<count, with: bytes)
    }

    /// Puts bytes, which must not be this buffer's own, in the place of a range.
    package func replaceSubrange(_ range: Range<Int>, with bytes: Span<UInt8>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "a range beyond the buffer"
        )
        let newCount = count - range.count + bytes.count
        makeRoom(for: bytes.count - range.count, in: range)
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (base + range.lowerBound).update(from: start, count: source.count)
        }
        count = newCount
    }

    /// Drops all bytes and keeps the memory.
    package func removeAll() {
        count = 0
        start = ByteBuffer.room
    }

    /// Moves the shorter side of a range that is to hold so many bytes more, or fewer.
    private func makeRoom(for growth: Int, in range: Range<Int>) {
        if growth == 0 { return }
        let tail = count - range.upperBound
        if range.lowerBound < tail, growth <= start {
            unsafe (base - growth).update(from: base, count: range.lowerBound)
            start -= growth
            return
        }
        if count + growth > capacity { grow(toHold: max(count + growth, 2 * capacity)) }
        guard tail > 0 else { return }
        unsafe (base + range.upperBound + growth).update(from: base + range.upperBound, count: tail)
    }

    private func grow(toHold byteCount: Int) {
        let size = ByteBuffer.room + byteCount
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        unsafe (larger + ByteBuffer.room).update(from: base, count: count)
        unsafe block.deallocate()
        unsafe block = larger
        blockSize = size
        start = ByteBuffer.room
    }
}
