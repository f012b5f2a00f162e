package import Model

/// What the look-up of a token comes to.
package enum KeyLookup: Equatable, Sendable {
    /// Not a token of this installation, or a mistyped one.
    case malformed
    /// A management key, which is for the control plane alone; whether there is such is not asked.
    case managementKey
    /// Unknown, deleted, expired or disabled: nobody is told which.
    case unknown
    /// A key that may be used.
    case found(KeyReference)
}

/// A key of one ``KeyTable``; means nothing to another.
package struct KeyReference: Equatable, Sendable, BitwiseCopyable {
    /// Its row.
    package let slot: UInt32
}

/// The access keys in force: immutable, flat, and safe to read from every loop at once.
///
/// Tables that one builder made share what did not change between them, the times of use included.
package final class KeyTable: Sendable {
    private let format: TokenFormat
    private let rows: KeyRows
    private let lastUsed: LastUsedTable

    fileprivate init(format: TokenFormat, rows: KeyRows, lastUsed: LastUsedTable) {
        self.format = format
        self.rows = rows
        self.lastUsed = lastUsed
    }

    /// How many keys there are, unusable ones included.
    package var count: Int { rows.liveCount }

    /// The bytes that the table takes.
    package var byteCount: Int { rows.byteCount + lastUsed.byteCount }

    /// Finds the key that a token opens.
    ///
    /// The time it takes tells whether there is such a handle, which is public, and nothing about
    /// the hash.
    package func find(_ token: Span<UInt8>, atUnixSecond now: Int64) -> KeyLookup {
        guard case .valid(let handle) = format.shape(of: token) else {
            let isOfManagement = TokenFormat.management.shape(of: token) != .malformed
            return isOfManagement ? .managementKey : .malformed
        }
        guard let row = rows.find(handle, token, at: now) else { return .unknown }
        return .found(KeyReference(slot: row))
    }

    /// Notes that a key is used now.
    package func touch(_ key: KeyReference, atUnixSecond now: Int64) {
        lastUsed.touch(key.slot, at: UInt32(clamping: now))
    }

    /// Whether a use noted in the one is a use noted in the other, a key being the same key in both.
    package func sharesUses(with other: KeyTable) -> Bool {
        lastUsed.sharesCells(with: other.lastUsed)
    }

    /// The keys used since the last call, each with the second of its last use.
    package func takeUses() -> [(id: AccessKeyID, unixSecond: Int64)] {
        var uses: [(id: AccessKeyID, unixSecond: Int64)] = []
        lastUsed.takeUses { row, second in
            uses.append((AccessKeyID(rows.id(of: row)), Int64(second)))
        }
        return uses
    }
}

extension KeyTable {
    /// The accounts of all keys.
    package var accounts: Roster<AccountID> { rows.accounts }
    /// The gateways that some key is bound to.
    package var gateways: Roster<GatewayID> { rows.gateways }
    /// The configurations that some key is under.
    package var configurations: Roster<ConfigurationID> { rows.configurations }

    /// The number of a key's account in ``accounts``.
    package func accountIndex(of key: KeyReference) -> Int {
        rows.accountNumber(of: key.slot)
    }

    /// The number in ``gateways`` of the gateway that a key is bound to; nil for an unbound key.
    package func gatewayIndex(of key: KeyReference) -> Int? {
        rows.gatewayNumber(of: key.slot)
    }

    /// The number of a key's configuration in ``configurations``, nil when it is under none.
    package func configurationIndex(of key: KeyReference) -> Int? {
        rows.configurationNumber(of: key.slot)
    }

    /// The gateway that a key is bound to; nil for an unbound key.
    package func gateway(of key: KeyReference) -> GatewayID? {
        gatewayIndex(of: key).map { rows.gateways[$0] }
    }

    /// A key's account.
    package func account(of key: KeyReference) -> AccountID {
        rows.accounts[accountIndex(of: key)]
    }

    /// A key's id, for a log line or a usage event.
    package func id(of key: KeyReference) -> String {
        rows.id(of: key.slot)
    }

    /// A key's name, for a log line.
    package func name(of key: KeyReference) -> String {
        rows.name(of: key.slot)
    }

    /// What a key may cost; nil: there is no limit of its own.
    package func budget(of key: KeyReference) -> Budget? {
        rows.budget(of: key.slot)
    }

    /// The keys that have a budget, each with it.
    package var budgets: [(id: AccessKeyID, budget: Budget)] { rows.allBudgets }

    /// What programs say about a key.
    package func metadata(of key: KeyReference) -> Metadata {
        rows.metadata(of: key.slot)
    }
}

/// Collects keys and makes tables of them; what it holds is shared with the tables it made.
package struct KeyTableBuilder: Sendable {
    private let format: TokenFormat
    private var rows = KeyRows()
    private var lastUsed = LastUsedTable()

    /// Begins without a key.
    package init(format: TokenFormat) {
        self.format = format
    }

    /// How many keys there are.
    package var count: Int { rows.liveCount }

    /// Adds a key or changes it.
    package mutating func set(_ record: AccessKeyRecord) {
        let id = record.id.rawValue.utf8Span.span
        let name = record.name.utf8Span.span
        switch record.metadata {
        case .text(let text):
            let metadata = text.utf8Span.span
            set(KeyFacts(record), id: id, name: name, metadata: metadata, isObject: false)
        case .object(let json):
            let metadata = json.utf8Span.span
            set(KeyFacts(record), id: id, name: name, metadata: metadata, isObject: true)
        }
    }

    /// Adds a key or changes it.
    package mutating func set(
        _ key: KeyFacts,
        id: Span<UInt8>,
        name: Span<UInt8>,
        metadata: Span<UInt8>,
        isObject: Bool
    ) {
        rows.set(key, id: id, name: name, metadata: metadata, isObject: isObject)
    }

    /// Deletes a key: whether there was one.
    package mutating func remove(_ id: AccessKeyID) -> Bool {
        rows.remove(id)
    }

    /// Whether there is a key of that id, usable or not.
    package func contains(_ id: AccessKeyID) -> Bool {
        rows.contains(id)
    }

    /// A builder without a key, for a store that is likely to have most of these again.
    ///
    /// The store ends with ``finish()``; no table is made before that.
    package func renewed() -> KeyTableBuilder {
        var next = self
        next.rows = rows.renewed()
        // Rows that are numbered anew have times of use of their own.
        if next.rows.rowCount != rows.rowCount { next.lastUsed = LastUsedTable() }
        return next
    }

    /// The store has no more keys.
    package mutating func finish() {
        rows.finish()
    }

    /// The table of the keys so far.
    package mutating func makeTable() -> KeyTable {
        lastUsed = lastUsed.grown(to: rows.rowCount)
        return KeyTable(format: format, rows: rows, lastUsed: lastUsed)
    }
}

extension KeyTable {
    /// The table of some records.
    package static func build(
        from records: some Sequence<AccessKeyRecord>,
        format: TokenFormat = .standard
    ) -> KeyTable {
        var builder = KeyTableBuilder(format: format)
        for record in records {
            builder.set(record)
        }
        return builder.makeTable()
    }
}
