/// A long row of values whose copies share all segments but those that one of them has changed.
///
/// It grows without moving what is there, and a change costs the copy of one segment, however long
/// the row is.
struct Segments<Element: BitwiseCopyable & Sendable>: Sendable {
    private var segments: [[Element]] = []
    private(set) var count = 0

    /// No value at all.
    init() {}

    /// So many values that are the same.
    init(repeating value: Element, count: Int) {
        self.count = count
        for start in stride(from: 0, to: count, by: Self.length) {
            segments.append(Array(repeating: value, count: min(Self.length, count - start)))
        }
    }

    /// The values of a segment, about 16 KB: a power of two.
    @inline(__always)
    static var length: Int { 1 << shift }

    @inline(__always)
    private static var shift: Int {
        (16_384 / MemoryLayout<Element>.stride).bitWidth - 1
            - (16_384 / MemoryLayout<Element>.stride).leadingZeroBitCount
    }

    /// The bytes it takes.
    var byteCount: Int {
        segments.reduce(0) { $0 + $1.capacity * MemoryLayout<Element>.stride + 40 }
    }

    /// The value at a place.
    @inline(__always)
    subscript(_ place: Int) -> Element {
        get { segments[place &>> Self.shift][place & (Self.length &- 1)] }
        set { segments[place &>> Self.shift][place & (Self.length &- 1)] = newValue }
    }

    /// Adds a value at the end.
    mutating func append(_ value: Element) {
        let segment = count &>> Self.shift
        if segment == segments.count { segments.append(Self.emptySegment()) }
        segments[segment].append(value)
        count &+= 1
    }

    private static func emptySegment() -> [Element] {
        var segment: [Element] = []
        segment.reserveCapacity(length)
        return segment
    }
}

extension Segments<UInt8> {
    /// Room for so many bytes in one segment, zero at first: where they begin.
    ///
    /// What is left of a segment that they don't fit into stays unused.
    mutating func place(_ byteCount: Int) -> Int {
        precondition(byteCount <= Self.length, "more bytes than a segment holds")
        let room = segments.count * Self.length - count
        if byteCount > room {
            count = segments.count * Self.length
            segments.append(Array(repeating: 0, count: Self.length))
        }
        defer { count += byteCount }
        return count
    }

    /// Writes bytes into their place.
    mutating func write(_ bytes: Span<UInt8>, at place: Int) {
        let offset = place & (Self.length - 1)
        unsafe segments[place >> Self.shift].withUnsafeMutableBytes { segment in
            unsafe bytes.withUnsafeBytes { source in
                guard source.count > 0 else { return }
                unsafe UnsafeMutableRawBufferPointer(rebasing: segment[offset...])
                    .copyMemory(from: source)
            }
        }
    }

    /// Reads bytes that were placed together.
    @inline(__always)
    func read<Result>(
        at place: Int,
        count: Int,
        _ body: (Span<UInt8>) -> Result
    ) -> Result {
        let offset = place & (Self.length - 1)
        return unsafe segments[place >> Self.shift].withUnsafeBufferPointer { segment in
            body(unsafe segment.extracting(offset..<(offset + count)).span)
        }
    }
}
