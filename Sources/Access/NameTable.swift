/// Ids and a text about each, numbered in the order in which they came.
///
/// Nothing is ever taken out; copies share what none of them has changed.
package struct NameTable: Sendable {
    /// Where the texts of each id begin.
    private var positions = Segments<UInt32>()
    /// Two lengths of 16 bits, the id, the text.
    private var texts = Segments<UInt8>()
    private var index = ProbeTable()
    /// The bytes in `texts` that no id is at any more.
    private(set) var deadByteCount = 0

    /// What is kept of an id, and of the text about it.
    private let longest: Int
    private static let head = 4

    /// No id; of an id, and of the text about it, so many bytes are kept.
    package init(longest: Int = 2048) {
        precondition(longest <= UInt16.max, "lengths of 16 bits")
        self.longest = longest
    }

    /// How many ids there are.
    package var count: Int { positions.count }

    /// The bytes of all texts, dead ones included.
    var textByteCount: Int { texts.count }

    /// The bytes that all of it takes.
    var byteCount: Int { positions.byteCount + texts.byteCount + index.byteCount }

    /// The number of an id.
    package func number(of id: Span<UInt8>) -> UInt32? {
        number(of: id, under: NameTable.tag(of: id))
    }

    /// The number of an id, a new one if need be; the text is now this.
    package mutating func set(_ id: Span<UInt8>, _ text: Span<UInt8>) -> UInt32 {
        let id = id.extracting(first: longest)
        let text = text.extracting(first: longest)
        let tag = NameTable.tag(of: id)
        if let number = number(of: id, under: tag) {
            if !self.text(of: number, equals: text) {
                deadByteCount += byteCount(of: number)
                positions[Int(number)] = place(id, text)
            }
            return number
        }
        let number = UInt32(positions.count)
        positions.append(place(id, text))
        index.add(number, under: tag)
        return number
    }

    /// The id of a number.
    package func id(of number: UInt32) -> String {
        let lengths = lengths(of: number)
        return texts.read(at: start(of: number), count: lengths.id) { String(copyingBytes: $0) }
    }

    /// Whether the bytes of the one id come before those of the other.
    package func areInOrder(_ first: UInt32, _ second: UInt32) -> Bool {
        texts.read(at: start(of: first), count: lengths(of: first).id) { first in
            texts.read(at: start(of: second), count: lengths(of: second).id) { second in
                for index in 0..<min(first.count, second.count) where first[index] != second[index]
                {
                    return first[index] < second[index]
                }
                return first.count < second.count
            }
        }
    }

    /// The text about an id.
    func text(of number: UInt32) -> String {
        let lengths = lengths(of: number)
        return texts.read(at: start(of: number) + lengths.id, count: lengths.text) {
            String(copyingBytes: $0)
        }
    }

    /// The bytes that the texts of a number take.
    func byteCount(of number: UInt32) -> Int {
        let lengths = lengths(of: number)
        return NameTable.head + lengths.id + lengths.text
    }

    private func number(of id: Span<UInt8>, under tag: UInt32) -> UInt32? {
        let id = id.extracting(first: longest)
        var probe = index.probe(tag)
        while let number = probe.next(in: index) {
            let length = lengths(of: number).id
            if length == id.count,
                texts.read(at: start(of: number), count: length, { areEqual($0, id) })
            {
                return number
            }
        }
        return nil
    }

    private func text(of number: UInt32, equals text: Span<UInt8>) -> Bool {
        let lengths = lengths(of: number)
        return lengths.text == text.count
            && texts.read(at: start(of: number) + lengths.id, count: lengths.text) {
                areEqual($0, text)
            }
    }

    private func start(of number: UInt32) -> Int {
        Int(positions[Int(number)]) + NameTable.head
    }

    private func lengths(of number: UInt32) -> (id: Int, text: Int) {
        texts.read(at: Int(positions[Int(number)]), count: NameTable.head) { head in
            (Int(head[0]) | Int(head[1]) << 8, Int(head[2]) | Int(head[3]) << 8)
        }
    }

    private mutating func place(_ id: Span<UInt8>, _ text: Span<UInt8>) -> UInt32 {
        let start = texts.place(NameTable.head + id.count + text.count)
        let head: [4 of UInt8] = [
            UInt8(truncatingIfNeeded: id.count), UInt8(truncatingIfNeeded: id.count >> 8),
            UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8),
        ]
        texts.write(head.span, at: start)
        texts.write(id, at: start + NameTable.head)
        texts.write(text, at: start + NameTable.head + id.count)
        return UInt32(start)
    }

    /// Eight bytes at a time; the operator's own ids need no keyed hash.
    private static func tag(of id: Span<UInt8>) -> UInt32 {
        var hash = UInt64(id.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index < id.count {
            var word: UInt64 = 0
            for offset in index..<min(index + 8, id.count) {
                word = word << 8 | UInt64(id[offset])
            }
            hash = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
            hash ^= hash >> 32
            index += 8
        }
        return UInt32(truncatingIfNeeded: hash &* 0x9E37_79B9_7F4A_7C15 >> 32)
    }
}

private func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    for index in left.indices where left[index] != right[index] {
        return false
    }
    return true
}

extension String {
    fileprivate init(copyingBytes bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
