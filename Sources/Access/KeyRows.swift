internal import Model

/// The keys in flat rows, with the ids and names beside them and an index by handle.
///
/// A value: the builder changes its copy, the table holds one that never changes; both share what
/// is the same. A deleted key keeps its row, unusable, so that a row's number means one key for
/// good; ``renewed()`` drops such rows once they are many.
struct KeyRows: Sendable {
    private(set) var accounts = Roster<AccountID>()
    private(set) var gateways = Roster<GatewayID>()
    private(set) var configurations = Roster<ConfigurationID>()
    private(set) var liveCount = 0
    private var names = NameTable()
    private var notes = KeyNotes()
    private var rows = Segments<Row>()
    private var byHandle = ProbeTable()
    private var bindings = Bindings()
    /// Those of the few keys that have one.
    private var budgets: [UInt32: Budget] = [:]
    /// While a whole store is read again: the rows that it has named so far.
    private var named: RowSet?

    /// What the data path needs of one key, in 48 bytes.
    private struct Row: BitwiseCopyable, Equatable, Sendable {
        var hash: TokenHash
        /// The first second in which the key is refused.
        var usableUntil: Int64
        /// The number of its account, gateway and configuration together.
        var binding: UInt32

        static let deleted = Int64.min
        static let disabled = Int64.min + 1
        static let never = Int64.max
    }

    /// The rows, deleted ones included.
    var rowCount: Int { rows.count }

    /// The bytes that it takes.
    var byteCount: Int { names.byteCount + notes.byteCount + rows.byteCount + byHandle.byteCount }

    /// The row of a token whose hash is known and which is usable at that second.
    ///
    /// The handle only says where to look: the hash is that of the whole token.
    func find(_ handle: TokenHandle, _ token: Span<UInt8>, at second: Int64) -> UInt32? {
        let hash = TokenHash(of: token)
        var probe = byHandle.probe(handle.tag)
        while let number = probe.next(in: byHandle) {
            let row = rows[Int(number)]
            if row.hash.matches(hash), second < row.usableUntil { return number }
        }
        return nil
    }

    /// Adds a key or changes it.
    mutating func set(
        _ key: KeyFacts,
        id: Span<UInt8>,
        name: Span<UInt8>,
        metadata: Span<UInt8>,
        isObject: Bool
    ) {
        notes.set(id, metadata, isObject: isObject)
        let row = Row(
            hash: key.hash,
            usableUntil: key.isDisabled ? Row.disabled : key.usableUntil ?? Row.never,
            binding: bindings.number(
                of: Binding(
                    account: accounts.number(of: key.accountID),
                    gateway: key.gatewayID.map { gateways.number(of: $0) },
                    configuration: key.configurationID.map { configurations.number(of: $0) }
                )
            )
        )
        let number = names.set(id, name)
        if Int(number) == rows.count {
            rows.append(row)
            byHandle.add(number, under: key.handle.tag)
            liveCount += 1
        } else {
            if !isLive(number) { liveCount += 1 }
            if rows[Int(number)] != row { rows[Int(number)] = row }
            if !byHandle.contains(number, under: key.handle.tag) {
                byHandle.add(number, under: key.handle.tag)
            }
        }
        if key.budget != nil || !budgets.isEmpty { budgets[number] = key.budget }
        named?.insert(number)
    }

    /// Whether there is a key of that id.
    func contains(_ id: AccessKeyID) -> Bool {
        names.number(of: id.rawValue.utf8Span.span).map { isLive($0) } ?? false
    }

    /// Deletes a key: whether there was one.
    mutating func remove(_ id: AccessKeyID) -> Bool {
        guard let number = names.number(of: id.rawValue.utf8Span.span), isLive(number)
        else { return false }
        rows[Int(number)].usableUntil = Row.deleted
        budgets[number] = nil
        liveCount -= 1
        return true
    }

    private func isLive(_ number: UInt32) -> Bool {
        named?.contains(number) ?? true && rows[Int(number)].usableUntil != Row.deleted
    }
}

// MARK: Beginning anew

extension KeyRows {
    /// No key at all, prepared for a store that has most of these keys: what it names again as it
    /// was costs nothing, and what it has not named when it ends is dropped.
    func renewed() -> KeyRows {
        let deadCount = rows.count - liveCount
        let isWorn =
            deadCount > liveCount / 2 + 1024
            || names.deadByteCount > names.textByteCount / 2
            || names.textByteCount > KeyRows.mostTextBytes || notes.isWorn
        var next = isWorn ? KeyRows() : self
        next.liveCount = 0
        next.named = RowSet()
        return next
    }

    /// The whole store was read: keys that it did not name are no more.
    mutating func finish() {
        guard let named else { return }
        self.named = nil
        for number in 0..<UInt32(rows.count) where !named.contains(number) {
            if rows[Int(number)].usableUntil != Row.deleted {
                rows[Int(number)].usableUntil = Row.deleted
            }
        }
        budgets = budgets.filter { named.contains($0.key) }
    }

    /// A position is 32 bits, and a store of the largest size may be read behind these.
    private static let mostTextBytes = 1 << 30
}

// MARK: What belongs to a row

extension KeyRows {
    func accountNumber(of row: UInt32) -> Int {
        Int(bindings[rows[Int(row)].binding].account)
    }

    func gatewayNumber(of row: UInt32) -> Int? {
        bindings[rows[Int(row)].binding].gateway.map(Int.init)
    }

    func configurationNumber(of row: UInt32) -> Int? {
        bindings[rows[Int(row)].binding].configuration.map(Int.init)
    }

    /// What a key may cost; nil: there is no limit of its own.
    func budget(of row: UInt32) -> Budget? { budgets.isEmpty ? nil : budgets[row] }

    /// The keys that have a budget.
    var allBudgets: [(id: AccessKeyID, budget: Budget)] {
        budgets.map { (AccessKeyID(id(of: $0.key)), $0.value) }
    }

    func id(of row: UInt32) -> String { names.id(of: row) }

    func name(of row: UInt32) -> String { names.text(of: row) }

    func metadata(of row: UInt32) -> Metadata { notes.metadata(of: names.id(of: row)) }
}

/// What a key belongs to, by numbers; many keys share one.
private struct Binding: Hashable, Sendable {
    let account: UInt32
    let gateway: UInt32?
    let configuration: UInt32?
}

/// All bindings, each under a number.
private struct Bindings: Sendable {
    private var all: [Binding] = []
    private var numbers: [Binding: UInt32] = [:]
    private var last: UInt32 = 0

    subscript(_ number: UInt32) -> Binding { all[Int(number)] }

    mutating func number(of binding: Binding) -> UInt32 {
        if Int(last) < all.count, all[Int(last)] == binding { return last }
        if let number = numbers[binding] {
            last = number
            return number
        }
        last = UInt32(all.count)
        all.append(binding)
        numbers[binding] = last
        return last
    }
}
