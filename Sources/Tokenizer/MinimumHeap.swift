/// Numbers of which the least is taken first; four below each, so that few lines of memory are
/// touched.
struct MinimumHeap {
    private var entries: [UInt64] = []

    /// The least of all; nil when there is none.
    var least: UInt64? { entries.first }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    /// Adds a number without putting it into order: ``order()`` comes before the least is asked for.
    mutating func add(_ entry: UInt64) {
        entries.append(entry)
    }

    /// Puts all into order.
    mutating func order() {
        guard entries.count > 1 else { return }
        for place in (0...(entries.count - 2) / 4).reversed() { sink(entries[place], at: place) }
    }

    /// Adds a number in order.
    mutating func insert(_ entry: UInt64) {
        var place = entries.count
        entries.append(entry)
        while place > 0 {
            let above = (place - 1) / 4
            guard entry < entries[above] else { break }
            entries[place] = entries[above]
            place = above
        }
        entries[place] = entry
    }

    /// Puts a number in the place of the least.
    mutating func replaceLeast(with entry: UInt64) {
        sink(entry, at: 0)
    }

    /// Takes out the least, which is there.
    mutating func removeLeast() {
        let last = entries.removeLast()
        if !entries.isEmpty { sink(last, at: 0) }
    }

    private mutating func sink(_ entry: UInt64, at start: Int) {
        // Every place is below the count: it is checked once a level, not for each of the four.
        unsafe entries.withUnsafeMutableBufferPointer { entries in
            var place = start
            while true {
                let first = place * 4 + 1
                guard first < entries.count else { break }
                var least = first
                var value = unsafe entries[first]
                var below = first + 1
                while below < min(first + 4, entries.count) {
                    let other = unsafe entries[below]
                    if other < value {
                        value = other
                        least = below
                    }
                    below += 1
                }
                guard value < entry else { break }
                unsafe entries[place] = value
                place = least
            }
            unsafe entries[place] = entry
        }
    }
}
