import Glibc

/// Bytes that wait: appended at the end, discarded from the front, in memory that does not move
/// while nothing is appended.
@safe package struct ByteQueue: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>?
    /// The bytes of memory that the queue holds, in use or not.
    package private(set) var capacity = 0
    private var start = 0
    private var end = 0

    /// Memory kept when the queue runs empty; a larger block is given back.
    private static let keptCapacity = 64 * 1024

    /// An empty queue, without memory of its own yet.
    package init() {}

    deinit {
        unsafe free(base)
    }

    /// How many bytes wait.
    package var count: Int { end - start }
    /// Whether none waits.
    package var isEmpty: Bool { end == start }

    /// Appends bytes: the one copy.
    package mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0.baseAddress, $0.count) }
    }

    /// Appends text as UTF-8.
    package mutating func append(_ text: StaticString) {
        unsafe append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends one byte.
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        if let base = unsafe base { unsafe base[end] = byte }
        end += 1
    }

    /// Lends the waiting bytes.
    package borrowing func withReadable<R, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let waiting = unsafe UnsafeBufferPointer(
            start: base.map { unsafe UnsafePointer($0 + start) },
            count: count
        )
        return try body(unsafe waiting.span)
    }

    /// Overwrites bytes that wait already, `offset` from the front (a length that is known late).
    package mutating func overwrite(at offset: Int, with bytes: Span<UInt8>) {
        precondition(offset >= 0 && offset + bytes.count <= count, "overwrite beyond the queue")
        for index in bytes.indices {
            if let base = unsafe base { unsafe base[start + offset + index] = bytes[index] }
        }
    }

    /// Drops bytes from the front.
    package mutating func discard(_ byteCount: Int) {
        precondition(byteCount <= count, "more discarded than waits")
        start += byteCount
        if start == end { reset() }
    }

    /// Drops all, and a block that grew large.
    package mutating func reset() {
        start = 0
        end = 0
        if capacity > ByteQueue.keptCapacity { releaseMemory() }
    }

    /// Gives the memory back; only for an empty queue.
    package mutating func releaseMemory() {
        precondition(isEmpty, "memory released under waiting bytes")
        unsafe free(base)
        unsafe base = nil
        capacity = 0
        start = 0
        end = 0
    }

    /// Reads once from a descriptor into the free space: the byte count, 0 at the end of the stream,
    /// nil when nothing is there now.
    package mutating func read(
        from descriptor: CInt,
        upTo byteCount: Int
    ) throws(SystemError) -> Int? {
        reserve(byteCount)
        guard let base = unsafe base else { return nil }
        let count = unsafe Glibc.read(descriptor, base + end, byteCount)
        if count > 0 { end += count }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw .last("read")
    }

    /// Writes once what waits and discards what was taken: whether the queue is empty now.
    package mutating func write(to descriptor: CInt) throws(SystemError) -> Bool {
        while !isEmpty {
            guard let base = unsafe base else { return true }
            let sent = unsafe send(descriptor, base + start, count, CInt(MSG_NOSIGNAL))
            if sent >= 0 {
                discard(sent)
            } else if errno == EAGAIN {
                return false
            } else if errno != EINTR {
                throw .last("send")
            }
        }
        return true
    }

    private mutating func append(_ bytes: UnsafePointer<UInt8>?, _ byteCount: Int) {
        guard let bytes = unsafe bytes, byteCount > 0 else { return }
        reserve(byteCount)
        guard let base = unsafe base else { return }
        unsafe memcpy(base + end, bytes, byteCount)
        end += byteCount
    }

    private mutating func reserve(_ byteCount: Int) {
        if end + byteCount <= capacity { return }
        if start > 0, count + byteCount <= capacity {
            if let base = unsafe base { unsafe memmove(base, base + start, count) }
        } else {
            grow(toHold: count + byteCount)
        }
        end -= start
        start = 0
    }

    private mutating func grow(toHold byteCount: Int) {
        let wanted = max(byteCount, 2 * capacity, 512)
        guard let block = unsafe malloc(wanted)?.assumingMemoryBound(to: UInt8.self) else {
            fatalError("out of memory")
        }
        if let base = unsafe base {
            unsafe memcpy(block, base + start, count)
            unsafe free(base)
        }
        unsafe base = block
        capacity = wanted
    }
}
