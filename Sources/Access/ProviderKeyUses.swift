package import Model

/// When each provider key was last used, noted by all loops at once.
package final class ProviderKeyUses: Sendable {
    private let ids: [ProviderKeyID]
    private let lastUsed: LastUsedTable

    /// No use of these keys yet; a key's row is its place among them.
    package init(of ids: [ProviderKeyID]) {
        self.ids = ids
        lastUsed = LastUsedTable().grown(to: ids.count)
    }

    /// Notes that the key of a row is used now.
    package func touch(_ row: UInt32, atUnixSecond now: Int64) {
        guard row < ids.count else { return }
        lastUsed.touch(row, at: UInt32(clamping: now))
    }

    /// The keys used since the last call, each with the second of its last use.
    package func takeUses() -> [(id: ProviderKeyID, unixSecond: Int64)] {
        var uses: [(id: ProviderKeyID, unixSecond: Int64)] = []
        lastUsed.takeUses { row, second in uses.append((ids[Int(row)], Int64(second))) }
        return uses
    }
}
