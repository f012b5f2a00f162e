import Access
import Model
import Storage

/// When an access key or a provider key was used.
typealias KeyUse = (id: String, unixSecond: Int64)

/// When keys were last used: gathered from the tables in which the loops note it, and written to a
/// file now and then.
final class UseBook {
    private let file: LastUsedFile
    private var current: [Source] = []
    private var retired: [Source] = []
    private var pending: [String: Int64] = [:]

    /// A table of uses.
    private enum Source {
        case access(KeyTable)
        case provider(ProviderKeyUses)
    }

    /// Tables of earlier reloads that are asked for uses: several reloads fit into an interval.
    private static let longestRetirement = 16

    /// A book without uses.
    init(of file: LastUsedFile) {
        self.file = file
    }

    /// From now on uses are noted in these tables.
    ///
    /// Exchanges that are under way still note theirs in the tables that they began with.
    func adopt(_ keys: KeyTable, _ providerKeys: ProviderKeyUses) {
        gather(from: current)
        retired += current
        retired.removeFirst(max(0, retired.count - UseBook.longestRetirement))
        current = [.access(keys), .provider(providerKeys)]
    }

    /// Notes uses that were seen elsewhere.
    func add(_ uses: [KeyUse]) {
        for use in uses { note(use.id, use.unixSecond) }
    }

    /// The uses since the last call, for somebody else to write down.
    func take() -> [KeyUse] {
        gather(from: retired + current)
        retired = []
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.map { ($0.key, $0.value) }
    }

    /// Writes the uses since the last call; what can't be written waits for the next.
    func write(keeping isLive: (String) -> Bool) throws(StorageError) {
        gather(from: retired + current)
        retired = []
        guard !pending.isEmpty else { return }
        try file.merge(
            pending.map { ($0.key, Timestamp(unixSecond: $0.value)) },
            keeping: isLive
        )
        pending.removeAll(keepingCapacity: true)
    }

    private func gather(from sources: [Source]) {
        for source in sources {
            switch source {
            case .access(let keys):
                for use in keys.takeUses() { note(use.id.rawValue, use.unixSecond) }
            case .provider(let keys):
                for use in keys.takeUses() { note(use.id.rawValue, use.unixSecond) }
            }
        }
    }

    private func note(_ id: String, _ second: Int64) {
        pending[id] = max(second, pending[id] ?? second)
    }
}
