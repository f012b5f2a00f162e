/// What is known of so many things and no more, whatever names clients think up.
struct BoundedTable<Entry> {
    private(set) var entries: [Int: Entry] = [:]
    private let limit: Int
    /// Looking through all of it for room happens once a second at most.
    private var nextSearch: ContinuousClock.Instant?

    init(limit: Int) {
        self.limit = limit
    }

    /// What is known under an identity.
    subscript(_ identity: Int) -> Entry? {
        _read { yield entries[identity] }
        _modify { yield &entries[identity] }
    }

    /// Changes what is known under an identity where it lies; nil where nothing is.
    mutating func change<R>(_ identity: Int, _ body: (inout Entry) -> R) -> R? {
        guard let place = entries.index(forKey: identity) else { return nil }
        return body(&entries.values[place])
    }

    /// Whether there is room for one more; with none left, what is forgotten goes first.
    mutating func hasRoom(
        at now: ContinuousClock.Instant,
        forgetting isForgotten: (Entry) -> Bool
    ) -> Bool {
        if entries.count < limit { return true }
        if let nextSearch, now < nextSearch { return false }
        nextSearch = now + .seconds(1)
        entries = entries.filter { !isForgotten($0.value) }
        return entries.count < limit
    }
}
