/// Row numbers under tags, by open addressing; the rows themselves are the caller's.
///
/// A tag is 32 scattered bits of what is searched for. It is kept beside the number, so that the
/// rows are touched only where they are most likely meant, and not at all when the table grows.
struct ProbeTable: Sendable {
    /// Tag and row number plus one, zero for a free place; the count is a power of two.
    private var places: Segments<UInt64>
    private var usedCount = 0

    /// An empty table.
    init() {
        places = Segments(repeating: 0, count: 64)
    }

    /// The bytes it takes.
    var byteCount: Int { places.byteCount }

    /// Adds a row number; at half, so that a search ends soon, the table grows.
    mutating func add(_ number: UInt32, under tag: UInt32) {
        if 2 * usedCount >= places.count { grow() }
        put(UInt64(tag) << 32 | UInt64(number) + 1)
        usedCount += 1
    }

    /// Whether a number is there under a tag.
    func contains(_ number: UInt32, under tag: UInt32) -> Bool {
        var probe = probe(tag)
        while let found = probe.next(in: self) {
            if found == number { return true }
        }
        return false
    }

    /// The start of a search.
    func probe(_ tag: UInt32) -> Probe {
        Probe(tag: tag, place: home(of: tag))
    }

    /// A search: every row number under the tag.
    struct Probe {
        fileprivate let tag: UInt32
        fileprivate var place: Int

        /// The next row number that may be it.
        mutating func next(in table: ProbeTable) -> UInt32? {
            while true {
                let entry = table.places[place]
                if entry == 0 { return nil }
                place = (place + 1) & (table.places.count - 1)
                if UInt32(truncatingIfNeeded: entry >> 32) == tag {
                    return UInt32(truncatingIfNeeded: entry) - 1
                }
            }
        }
    }

    /// Where a search begins: by the first bits of the tag, so that growing keeps the order and
    /// writes one place after the other.
    private func home(of tag: UInt32) -> Int {
        let bits = places.count.trailingZeroBitCount
        return bits < 32 ? Int(tag &>> UInt32(32 - bits)) : Int(tag)
    }

    private mutating func put(_ entry: UInt64) {
        var place = home(of: UInt32(truncatingIfNeeded: entry >> 32))
        while places[place] != 0 {
            place = (place + 1) & (places.count - 1)
        }
        places[place] = entry
    }

    private mutating func grow() {
        let old = places
        places = Segments(repeating: 0, count: 2 * old.count)
        for place in 0..<old.count where old[place] != 0 {
            put(old[place])
        }
    }
}
