/// Finds the names that a mistyped one may have meant.
package enum NearestNames {
    /// The longest names that are compared: the work grows with the square of it.
    private static let longest = 64

    /// At most `limit` of the names, nearest first: those that differ in a few letters, at most
    /// a third of a long name, the case ignored.
    package static func nearest(
        to name: String,
        among names: some Sequence<String>,
        limit: Int
    ) -> [String] {
        let wanted = Array(name.lowercased().utf8.prefix(longest))
        let bound = wanted.count < 4 ? 1 : max(2, min(wanted.count / 3, 6))
        var found: [(distance: Int, name: String)] = []
        for candidate in names {
            let other = Array(candidate.lowercased().utf8.prefix(longest))
            guard abs(other.count - wanted.count) <= bound else { continue }
            let distance = editDistance(wanted, other)
            if distance <= bound { found.append((distance, candidate)) }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(limit).map(\.name)
    }

    /// The letters to insert, remove, replace or swap with their neighbour to turn one into the
    /// other.
    static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(last[column + 1], current[column]) + 1
                best = min(best, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
