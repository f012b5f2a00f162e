internal import Model

/// The keys in flat arrays: rows of fixed size, the texts behind them, and two indexes.
///
/// A value: the builder changes its copy, the table holds one that never changes.
///
/// A deleted key keeps its row, unusable; rows are dropped when the store is read whole again,
/// which a compaction brings about before the dead outnumber the living.
struct KeyRows: Sendable {
    private(set) var accounts = Roster<AccountID>()
    private(set) var gateways = Roster<GatewayID>()
    private(set) var configurations = Roster<ConfigurationID>()
    private(set) var liveCount = 0
    private var rows: [Row] = []
    private var texts: [UInt8] = []
    private var byHandle = ProbeTable()
    private var byID = ProbeTable()

    /// What the data path needs of one key, in 72 bytes.
    private struct Row: BitwiseCopyable, Sendable {
        var hash: TokenHash
        var handle: TokenHandle
        var account: UInt32
        /// The first second in which the key is refused.
        var usableUntil: Int64
        var gateway: UInt32
        var configuration: UInt32
        /// Where its id begins in `texts`; its name follows.
        var text: UInt32
        var idLength: UInt16
        var nameLength: UInt16

        static let deleted = Int64.min
        static let disabled = Int64.min + 1
        static let never = Int64.max
    }

    /// The rows, deleted ones included.
    var rowCount: Int { rows.count }

    /// The bytes that the arrays take.
    var byteCount: Int {
        rows.capacity * MemoryLayout<Row>.stride + texts.capacity
            + byHandle.byteCount + byID.byteCount
    }

    /// The row of a handle whose hash is that of the token and which is usable at that second.
    func find(_ handle: TokenHandle, _ token: Span<UInt8>, at second: Int64) -> UInt32? {
        let hash = TokenHash(of: token)
        var probe = byHandle.probe(from: handle.scattered)
        while let number = probe.next(in: byHandle) {
            let row = rows[Int(number)]
            if row.handle == handle, row.hash.matches(hash), second < row.usableUntil {
                return number
            }
        }
        return nil
    }

    /// Adds a key or changes it.
    mutating func set(_ record: AccessKeyRecord) {
        let id = Array(record.id.rawValue.utf8.prefix(Int(UInt16.max)))
        let name = Array(record.name.utf8.prefix(Int(UInt16.max)))
        let row = Row(
            hash: record.hash,
            handle: record.handle,
            account: accounts.number(of: record.accountID),
            usableUntil: record.isDisabled
                ? Row.disabled : record.expiresAt?.unixSecond ?? Row.never,
            gateway: record.gatewayID.map { gateways.number(of: $0) } ?? .max,
            configuration: record.configurationID.map { configurations.number(of: $0) } ?? .max,
            text: place(id, name, of: number(ofID: id)),
            idLength: UInt16(id.count),
            nameLength: UInt16(name.count)
        )
        guard let number = number(ofID: id) else {
            add(row, id)
            return
        }
        let old = rows[Int(number)]
        if old.usableUntil == Row.deleted { liveCount += 1 }
        rows[Int(number)] = row
        if old.handle != row.handle { indexHandle(of: number) }
    }

    /// Whether there is a key of that id.
    func contains(_ id: AccessKeyID) -> Bool {
        number(ofID: Array(id.rawValue.utf8)).map { rows[Int($0)].usableUntil != Row.deleted }
            ?? false
    }

    /// Deletes a key: whether there was one.
    mutating func remove(_ id: AccessKeyID) -> Bool {
        guard let number = number(ofID: Array(id.rawValue.utf8)),
            rows[Int(number)].usableUntil != Row.deleted
        else { return false }
        rows[Int(number)].usableUntil = Row.deleted
        liveCount -= 1
        return true
    }

    /// Gives back the room that arrays keep for growing, where it is much.
    mutating func trim() {
        if rows.capacity > rows.count + rows.count / 4 { rows = rows.exactCopy() }
        if texts.capacity > texts.count + texts.count / 4 { texts = texts.exactCopy() }
    }

    private mutating func add(_ row: Row, _ id: [UInt8]) {
        let number = UInt32(rows.count)
        rows.append(row)
        liveCount += 1
        indexHandle(of: number)
        byID.add(number, at: KeyRows.scatter(id))
        if byID.isCrowded {
            byID = ProbeTable(count: rows.count) { KeyRows.scatter(Array(texts[idRange(of: $0)])) }
        }
    }

    private mutating func indexHandle(of number: UInt32) {
        byHandle.add(number, at: rows[Int(number)].handle.scattered)
        if byHandle.isCrowded {
            byHandle = ProbeTable(count: rows.count) { rows[Int($0)].handle.scattered }
        }
    }

    /// Where the texts of a key stand: where they stood, when they are the same.
    private mutating func place(_ id: [UInt8], _ name: [UInt8], of number: UInt32?) -> UInt32 {
        if let number, texts[idRange(of: number)].elementsEqual(id),
            texts[nameRange(of: number)].elementsEqual(name)
        {
            return rows[Int(number)].text
        }
        let start = UInt32(texts.count)
        texts.append(contentsOf: id)
        texts.append(contentsOf: name)
        return start
    }

    private func number(ofID id: [UInt8]) -> UInt32? {
        var probe = byID.probe(from: KeyRows.scatter(id))
        while let number = probe.next(in: byID) {
            if texts[idRange(of: number)].elementsEqual(id) { return number }
        }
        return nil
    }

    /// FNV-1a; the operator's own ids need no keyed hash.
    private static func scatter(_ id: [UInt8]) -> UInt64 {
        id.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
    }
}

extension KeyRows {
    func accountNumber(of row: UInt32) -> Int { Int(rows[Int(row)].account) }

    func gatewayNumber(of row: UInt32) -> Int? {
        let number = rows[Int(row)].gateway
        return number == .max ? nil : Int(number)
    }

    func configurationNumber(of row: UInt32) -> Int? {
        let number = rows[Int(row)].configuration
        return number == .max ? nil : Int(number)
    }

    func id(of row: UInt32) -> String {
        String(decoding: texts[idRange(of: row)], as: UTF8.self)
    }

    func name(of row: UInt32) -> String {
        String(decoding: texts[nameRange(of: row)], as: UTF8.self)
    }

    private func idRange(of row: UInt32) -> Range<Int> {
        let start = Int(rows[Int(row)].text)
        return start..<(start + Int(rows[Int(row)].idLength))
    }

    private func nameRange(of row: UInt32) -> Range<Int> {
        let start = idRange(of: row).upperBound
        return start..<(start + Int(rows[Int(row)].nameLength))
    }
}

extension Array where Element: BitwiseCopyable {
    fileprivate func exactCopy() -> [Element] {
        var copy: [Element] = []
        copy.reserveCapacity(count)
        copy.append(contentsOf: self)
        return copy
    }
}
