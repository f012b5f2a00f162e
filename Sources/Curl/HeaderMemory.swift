import CCurl
import Glibc

/// A `curl_slist` in memory of its own that is used for one request after another: two blocks
/// instead of two allocations a line.
@safe struct HeaderMemory: ~Copyable {
    private var text: UnsafeMutablePointer<CChar>?
    private var textCapacity = 0
    private var nodes: UnsafeMutablePointer<curl_slist>?
    private var nodeCapacity = 0

    /// No memory yet.
    init() {}

    deinit {
        unsafe free(text)
        unsafe free(nodes)
    }

    /// Copies the lines and lends them as a list, which stays until the next call.
    mutating func list(of lines: borrowing HeaderLines) -> UnsafeMutablePointer<curl_slist>? {
        var size = lines.text.count
        var count = lines.count
        lines.forEachSuppressed { line in
            size += line.utf8CodeUnitCount + 1
            count += 1
        }
        reserve(text: size, nodes: count)
        guard let text = unsafe text, let nodes = unsafe nodes else { return nil }
        unsafe lines.text.span.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { unsafe memcpy(text, base, bytes.count) }
        }
        var end = unsafe text + lines.text.count
        lines.forEachSuppressed { line in
            unsafe memcpy(end, line.utf8Start, line.utf8CodeUnitCount)
            unsafe end[line.utf8CodeUnitCount] = 0
            unsafe end += line.utf8CodeUnitCount + 1
        }
        var start = unsafe text
        for index in 0..<count {
            let next = index + 1 < count ? unsafe nodes + index + 1 : nil
            unsafe (nodes + index).initialize(to: curl_slist(data: start, next: next))
            unsafe start += strlen(start) + 1
        }
        return unsafe nodes
    }

    private mutating func reserve(text size: Int, nodes count: Int) {
        if size > textCapacity {
            unsafe free(text)
            unsafe text = malloc(size)?.assumingMemoryBound(to: CChar.self)
            textCapacity = size
        }
        if count > nodeCapacity {
            unsafe free(nodes)
            unsafe nodes = malloc(count * MemoryLayout<curl_slist>.stride)?
                .assumingMemoryBound(to: curl_slist.self)
            nodeCapacity = count
        }
    }
}
