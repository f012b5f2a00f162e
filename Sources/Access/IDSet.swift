/// A set of ids that knows nothing else about them: for counting those of a large store.
package struct IDSet: Sendable {
    private var names = NameTable()
    private var live = RowSet()
    /// How many ids are in it.
    package private(set) var count = 0

    /// The empty set.
    package init() {}

    /// Puts an id in.
    package mutating func insert(_ id: Span<UInt8>) {
        let number = names.set(id, Span())
        if !live.contains(number) { count += 1 }
        live.insert(number)
    }

    /// Takes an id out.
    package mutating func remove(_ id: Span<UInt8>) {
        guard let number = names.number(of: id), live.contains(number) else { return }
        live.remove(number)
        count -= 1
    }
}
