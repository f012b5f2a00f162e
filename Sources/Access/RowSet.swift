/// A set of row numbers, a bit for each.
struct RowSet: Sendable {
    private var words: [UInt64] = []

    mutating func insert(_ row: UInt32) {
        let word = Int(row >> 6)
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(row & 63)
    }

    mutating func remove(_ row: UInt32) {
        let word = Int(row >> 6)
        if word < words.count { words[word] &= ~(1 << UInt64(row & 63)) }
    }

    func contains(_ row: UInt32) -> Bool {
        let word = Int(row >> 6)
        return word < words.count && words[word] >> UInt64(row & 63) & 1 == 1
    }
}
