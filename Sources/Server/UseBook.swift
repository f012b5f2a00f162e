import Access
import Model
import Storage

/// When an access key or a provider key was used.
typealias KeyUse = (id: String, unixSecond: Int64)

/// When keys were last used: gathered from the tables in which the loops note it, and written to a
/// file now and then.
final class UseBook {
    private let file: LastUsedFile
    private var current: Source?
    private var retired: [Source] = []
    private var pending: [String: Int64] = [:]

    /// The tables of one reload.
    private struct Source {
        var keys: KeyTable
        var providerKeys: ProviderKeyUses
    }

    /// A book without uses.
    init(of file: LastUsedFile) {
        self.file = file
    }

    /// From now on uses are noted in these tables.
    ///
    /// Exchanges that are under way still note theirs in the tables that they began with.
    func adopt(_ keys: KeyTable, _ providerKeys: ProviderKeyUses) {
        gather()
        if let current { retired.append(current) }
        current = Source(keys: keys, providerKeys: providerKeys)
        gatherFromRetired()
    }

    /// Notes uses that were seen elsewhere.
    func add(_ uses: [KeyUse]) {
        for use in uses { note(use.id, use.unixSecond) }
    }

    /// The uses since the last call, for somebody else to write down.
    func take() -> [KeyUse] {
        gather()
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.map { ($0.key, $0.value) }
    }

    /// Writes the uses since the last call; what can't be written waits for the next.
    func write(keeping isLive: (String) -> Bool) throws(StorageError) {
        gather()
        guard !pending.isEmpty else { return }
        try file.merge(
            pending.map { ($0.key, Timestamp(unixSecond: $0.value)) },
            keeping: isLive
        )
        pending.removeAll(keepingCapacity: true)
    }

    /// How many tables of earlier reloads are kept.
    var retiredCount: Int { retired.count }

    private func gather() {
        guard let current else { return }
        gather(from: current.keys)
        gather(from: current.providerKeys)
        gatherFromRetired()
    }

    /// Asks the tables of before, and drops those that no exchange holds any more.
    ///
    /// They are dropped here since no loop should spend its time on freeing a large table; there
    /// are no more of them than exchanges that hold one.
    private func gatherFromRetired() {
        for place in retired.indices.reversed() {
            // Asked before the uses are taken: after that nobody can note another one.
            let isFree =
                isKnownUniquelyReferenced(&retired[place].keys)
                && isKnownUniquelyReferenced(&retired[place].providerKeys)
            if let current, !retired[place].keys.sharesUses(with: current.keys) {
                gather(from: retired[place].keys)
            }
            gather(from: retired[place].providerKeys)
            if isFree { retired.remove(at: place) }
        }
    }

    private func gather(from keys: KeyTable) {
        for use in keys.takeUses() { note(use.id.rawValue, use.unixSecond) }
    }

    private func gather(from keys: ProviderKeyUses) {
        for use in keys.takeUses() { note(use.id.rawValue, use.unixSecond) }
    }

    private func note(_ id: String, _ second: Int64) {
        pending[id] = max(second, pending[id] ?? second)
    }
}
