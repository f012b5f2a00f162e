/// The tokens of a vocabulary by their bytes; a token's number is its rank, the lowest merged first.
struct TokenTable: Sendable {
    /// A place of the table; without a count it is free.
    private struct Slot: Sendable {
        /// The bytes themselves where they are eight at most, else their hash.
        var key: UInt64 = 0
        var rank: UInt32 = 0
        var count: UInt32 = 0
    }

    /// What stands for the rank of bytes that are no token.
    static let none = UInt32.max

    private var slots: [Slot]
    private let shift: UInt64
    /// The bytes of all tokens, one after the other, and where each begins.
    private var pool: [UInt8] = []
    private var offsets: [UInt32] = [0]
    /// The ranks of all tokens of two bytes.
    private var pairs: [UInt32]
    private var longest = 0

    /// Room for so many tokens.
    init(count: Int) {
        let bits = Int.bitWidth - (count * 2 - 1).leadingZeroBitCount
        slots = Array(repeating: Slot(), count: 1 << bits)
        shift = UInt64(64 - bits)
        pairs = Array(repeating: Self.none, count: 1 << 16)
        offsets.reserveCapacity(count + 1)
    }

    /// How many there are.
    var count: Int { offsets.count - 1 }

    /// The bytes of a token.
    func bytes(of rank: UInt32) -> ArraySlice<UInt8> {
        pool[Int(offsets[Int(rank)])..<Int(offsets[Int(rank) + 1])]
    }

    /// Adds the token of the next rank; false when it is there already.
    mutating func append(_ bytes: Span<UInt8>) -> Bool {
        guard rank(of: bytes, from: 0, to: bytes.count) == Self.none else { return false }
        let rank = UInt32(count)
        let key = Self.key(bytes, from: 0, to: bytes.count)
        var place = Int(truncatingIfNeeded: (key &* Self.spread) >> shift)
        while slots[place].count != 0 { place = (place + 1) & (slots.count - 1) }
        slots[place] = Slot(key: key, rank: rank, count: UInt32(bytes.count))
        unsafe bytes.withUnsafeBufferPointer { unsafe pool.append(contentsOf: $0) }
        offsets.append(UInt32(pool.count))
        longest = max(longest, bytes.count)
        if bytes.count == 2 { pairs[Int(bytes[0]) << 8 | Int(bytes[1])] = rank }
        return true
    }

    /// The rank of two bytes.
    @inline(__always)
    func rank(_ first: UInt8, _ second: UInt8) -> UInt32 {
        pairs[Int(first) << 8 | Int(second)]
    }

    /// The rank of the bytes between two places.
    @inline(__always)
    func rank(of text: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
        let count = end - start
        guard count <= longest else { return Self.none }
        let key = Self.key(text, from: start, to: end)
        var place = Int(truncatingIfNeeded: (key &* Self.spread) >> shift)
        while true {
            let slot = slots[place]
            if slot.count == 0 { return Self.none }
            if slot.key == key, slot.count == UInt32(truncatingIfNeeded: count),
                count <= 8 || isToken(slot.rank, text, start)
            {
                return slot.rank
            }
            place = (place + 1) & (slots.count - 1)
        }
    }

    private func isToken(_ rank: UInt32, _ text: Span<UInt8>, _ start: Int) -> Bool {
        let from = Int(offsets[Int(rank)])
        for index in 0..<Int(offsets[Int(rank) + 1]) - from
        where pool[from + index] != text[start + index] {
            return false
        }
        return true
    }

    private static let spread: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    private static func key(_ text: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
        end - start <= 8 ? text.word(at: start, count: end - start) : hash(text, start, end)
    }

    private static func hash(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: end - start)
        var place = start
        while place + 8 < end {
            hash = (hash ^ text.word(at: place, count: 8)) &* spread
            hash ^= hash >> 29
            place += 8
        }
        hash = (hash ^ text.word(at: end - 8, count: 8)) &* spread
        return hash ^ hash >> 32
    }
}

extension Span where Element == UInt8 {
    /// Eight bytes at most as a number, the first one lowest.
    @inline(__always)
    fileprivate func word(at start: Int, count: Int) -> UInt64 {
        let isWhole = start + 8 <= self.count
        let word = isWhole ? unsafe load(start) : assembled(start, count)
        return word.littleEndian & (count == 8 ? .max : 1 << UInt64(count * 8) - 1)
    }

    @inline(__always)
    @unsafe private func load(_ start: Int) -> UInt64 {
        unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) }
    }

    private func assembled(_ start: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in (0..<count).reversed() { word = word << 8 | UInt64(self[start + index]) }
        return word
    }
}
