/// Bytes that grow in memory of their own, whose address is stable while nothing is appended.
///
/// Not `Sendable`: it belongs to one loop.
@safe package final class ByteBuffer {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes are held.
    package private(set) var count = 0

    /// An empty buffer with room for so many bytes.
    package init(capacity: Int = 0) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit {
        unsafe base.deallocate()
    }

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
        if newCount > capacity { grow(toHold: max(newCount, 2 * capacity)) }
        let tail = count - range.upperBound
        if tail > 0, range.count != bytes.count {
            unsafe (base + range.lowerBound + bytes.count)
                .update(from: base + range.upperBound, count: tail)
        }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe (base + range.lowerBound).update(from: start, count: source.count)
        }
        count = newCount
    }

    /// Drops all bytes and keeps the memory.
    package func removeAll() {
        count = 0
    }

    private func grow(toHold byteCount: Int) {
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCount)
        unsafe block.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = block
        capacity = byteCount
    }
}
