import Platform

/// A request's parameters as they came: one flat run of name-value pairs.
///
///     name length (1 or 4 bytes) | value length (1 or 4 bytes) | name | value
///
/// The pairs may be split anywhere over records, so they are joined here and read where they lie.
struct NameValuePairs: ~Copyable {
    private var bytes = ByteQueue()

    /// How many bytes have come.
    var count: Int { bytes.count }

    /// Adds content of a record.
    mutating func append(_ content: Span<UInt8>) {
        bytes.append(content)
    }

    /// Drops all and gives the memory back.
    mutating func drop() {
        bytes.reset()
        bytes.releaseMemory()
    }

    /// Lends each pair in turn: whether the bytes ended with a pair's end.
    @discardableResult
    borrowing func forEach(_ body: (Span<UInt8>, Span<UInt8>) -> Void) -> Bool {
        bytes.withReadable { bytes in
            var position = 0
            while let pair = NameValuePairs.next(bytes, from: &position) {
                body(bytes.extracting(pair.name), bytes.extracting(pair.value))
            }
            return position == bytes.count
        }
    }

    /// The next pair's places; nil, with the position unmoved, where no whole pair stands.
    private static func next(
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) -> (name: Range<Int>, value: Range<Int>)? {
        var cursor = position
        guard let nameLength = length(bytes, from: &cursor),
            let valueLength = length(bytes, from: &cursor),
            nameLength <= bytes.count - cursor,
            valueLength <= bytes.count - cursor - nameLength
        else { return nil }
        let name = cursor..<cursor + nameLength
        let value = name.upperBound..<name.upperBound + valueLength
        position = value.upperBound
        return (name, value)
    }

    /// A length: one byte below 128, else four with the highest bit set.
    private static func length(_ bytes: Span<UInt8>, from cursor: inout Int) -> Int? {
        guard cursor < bytes.count else { return nil }
        let first = bytes[cursor]
        if first < 0x80 {
            cursor += 1
            return Int(first)
        }
        guard bytes.count - cursor >= 4 else { return nil }
        var length = Int(first & 0x7f)
        for offset in 1...3 { length = length << 8 | Int(bytes[cursor + offset]) }
        cursor += 4
        return length
    }

    /// Encodes a pair whose name and value are shorter than 128 bytes.
    static func encode(_ name: Span<UInt8>, _ value: Span<UInt8>, into queue: inout ByteQueue) {
        precondition(name.count < 0x80 && value.count < 0x80, "a long pair")
        queue.append(UInt8(name.count))
        queue.append(UInt8(value.count))
        queue.append(name)
        queue.append(value)
    }
}
