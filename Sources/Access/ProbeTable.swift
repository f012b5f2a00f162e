/// Row numbers under scattered keys, by open addressing; the rows themselves are the caller's.
struct ProbeTable: Sendable {
    /// Row numbers plus one, zero for a free place; the count is a power of two.
    private var places: [UInt32]
    private var usedCount = 0

    /// An empty table.
    init() {
        places = Array(repeating: 0, count: 16)
    }

    /// The table of rows 0 to `count`, with room to double.
    init(count: Int, scattered: (UInt32) -> UInt64) {
        var size = 16
        while size < 4 * count { size *= 2 }
        places = Array(repeating: 0, count: size)
        for number in 0..<UInt32(count) {
            add(number, at: scattered(number))
        }
    }

    /// Whether it is time to make a larger one: at half, so that a search ends soon.
    var isCrowded: Bool { 2 * usedCount > places.count }

    /// The bytes it takes.
    var byteCount: Int { places.count * MemoryLayout<UInt32>.stride }

    /// Adds a row number; the caller then looks whether the table `isCrowded`.
    mutating func add(_ number: UInt32, at scattered: UInt64) {
        var place = Int(truncatingIfNeeded: scattered) & (places.count - 1)
        while places[place] != 0 {
            place = (place + 1) & (places.count - 1)
        }
        places[place] = number + 1
        usedCount += 1
    }

    /// The start of a search.
    func probe(from scattered: UInt64) -> Probe {
        Probe(place: Int(truncatingIfNeeded: scattered) & (places.count - 1))
    }

    /// A search: every row number from the start to the first free place.
    struct Probe {
        fileprivate var place: Int

        /// The next row number that may be it.
        mutating func next(in table: ProbeTable) -> UInt32? {
            let number = table.places[place]
            if number == 0 { return nil }
            place = (place + 1) & (table.places.count - 1)
            return number - 1
        }
    }
}
