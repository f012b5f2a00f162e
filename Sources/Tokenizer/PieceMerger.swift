/// Merges the bytes of a piece into tokens: always the two neighbours first whose union has the
/// lowest rank, the leftmost of equals.
///
/// The parts are a list linked by places, so that a merge moves nothing. In a short piece the lowest
/// is found by looking at all; in a long one by a heap, so that the time is never quadratic.
struct PieceMerger {
    /// Where the part behind the one that begins at a place begins; one more at the end.
    private var next: [UInt32] = []
    /// Where the part before it begins.
    private var previous: [UInt32] = []
    /// The rank of the union of a part and the next one.
    private var ranks: [UInt32] = []
    /// The same with the place, which is unique: what is looked at in a short piece.
    private var keys: [Int32] = []
    private var heap = MinimumHeap()

    /// The bytes of a short piece.
    private static let shortCount = 128
    /// The bits of a place in a short piece; a vocabulary's ranks fit the rest.
    private static let placeBits: Int32 = 8

    /// The bytes of a piece whose room is kept for the next ones.
    private static let keptCount = 1 << 16
    /// The bytes that a piece has at most.
    static let largestCount = 1 << 30

    /// How many parts it has.
    private(set) var count = 0
    private var byteCount = 0

    /// Merges what lies between two places.
    mutating func merge(_ text: Span<UInt8>, from start: Int, to end: Int, _ table: TokenTable) {
        byteCount = end - start
        count = byteCount
        if byteCount <= Self.shortCount {
            mergeShort(text, start, table)
        } else {
            mergeLong(text, start, table)
        }
    }

    /// The end of the part that begins at a place, from the piece's start; nil at its end.
    func end(ofPartAt place: Int) -> Int? {
        place < byteCount ? Int(next[place]) : nil
    }

    // MARK: Short

    private mutating func mergeShort(_ text: Span<UInt8>, _ start: Int, _ table: TokenTable) {
        if previous.count < Self.shortCount + 1 { grow(to: Self.shortCount + 1) }
        if keys.isEmpty { keys = Array(repeating: .max, count: Self.shortCount) }
        link(byteCount)
        for place in 0..<byteCount - 1 {
            let rank = table.rank(text[start + place], text[start + place + 1])
            keys[place] = Self.key(rank, place)
        }
        keys[byteCount - 1] = .max
        while true {
            let least = leastKey()
            guard least != .max else { return }
            let place = Int(least & (1 << Self.placeBits - 1))
            let middle = Int(next[place])
            join(place, middle)
            keys[middle] = .max
            keys[place] = Self.key(rankOfUnion(place, text, start, table), place)
            if place > 0 {
                let before = Int(previous[place])
                keys[before] = Self.key(rankOfUnion(before, text, start, table), before)
            }
        }
    }

    /// The least of the keys, several at once: signed numbers are what every processor compares so.
    @inline(__always)
    private func leastKey() -> Int32 {
        unsafe keys.withUnsafeBufferPointer { keys in
            var least = Int32.max
            for place in 0..<min(byteCount, keys.count) { least = min(least, unsafe keys[place]) }
            return least
        }
    }

    private static func key(_ rank: UInt32, _ place: Int) -> Int32 {
        guard rank != TokenTable.none else { return .max }
        return Int32(truncatingIfNeeded: rank) << placeBits | Int32(truncatingIfNeeded: place)
    }

    // MARK: Long

    private mutating func mergeLong(_ text: Span<UInt8>, _ start: Int, _ table: TokenTable) {
        if previous.count < byteCount + 1 { grow(to: byteCount + 1) }
        link(byteCount)
        heap.removeAll()
        for place in 0..<byteCount - 1 {
            let rank = table.rank(text[start + place], text[start + place + 1])
            ranks[place] = rank
            if rank != TokenTable.none { heap.add(Self.entry(rank, place)) }
        }
        ranks[byteCount - 1] = TokenTable.none
        heap.order()
        while let entry = heap.least {
            let place = Int(entry & UInt64(UInt32.max))
            // What was merged since has another rank, as its bytes only ever get more.
            guard ranks[place] == UInt32(truncatingIfNeeded: entry >> 32) else {
                heap.removeLeast()
                continue
            }
            let middle = Int(next[place])
            join(place, middle)
            ranks[middle] = TokenTable.none
            ranks[place] = rankOfUnion(place, text, start, table)
            if ranks[place] == TokenTable.none {
                heap.removeLeast()
            } else {
                heap.replaceLeast(with: Self.entry(ranks[place], place))
            }
            guard place > 0 else { continue }
            let before = Int(previous[place])
            ranks[before] = rankOfUnion(before, text, start, table)
            if ranks[before] != TokenTable.none { heap.insert(Self.entry(ranks[before], before)) }
        }
        if byteCount > Self.keptCount { giveBack() }
    }

    /// What a very long piece took is not kept.
    private mutating func giveBack() {
        previous = []
        ranks = []
        heap = MinimumHeap()
    }

    private static func entry(_ rank: UInt32, _ place: Int) -> UInt64 {
        UInt64(rank) << 32 | UInt64(truncatingIfNeeded: place)
    }

    // MARK: The list

    /// The rank of the union of the part at a place and the next one.
    @inline(__always)
    private func rankOfUnion(
        _ place: Int,
        _ text: Span<UInt8>,
        _ start: Int,
        _ table: TokenTable
    ) -> UInt32 {
        let middle = Int(next[place])
        guard middle < byteCount else { return TokenTable.none }
        return table.rank(of: text, from: start + place, to: start + Int(next[middle]))
    }

    @inline(__always)
    private mutating func join(_ place: Int, _ middle: Int) {
        let end = next[middle]
        next[place] = end
        previous[Int(end)] = UInt32(truncatingIfNeeded: place)
        count -= 1
    }

    private mutating func link(_ byteCount: Int) {
        for place in 0..<byteCount {
            next[place] = UInt32(truncatingIfNeeded: place + 1)
            previous[place + 1] = UInt32(truncatingIfNeeded: place)
        }
    }

    private mutating func grow(to count: Int) {
        next = Array(repeating: 0, count: count)
        previous = Array(repeating: 0, count: count)
        ranks = Array(repeating: 0, count: count)
    }
}
