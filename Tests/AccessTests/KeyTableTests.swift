import Access
import Model
import Testing

@Suite struct KeyTables {
    private static let now: Int64 = 1_795_227_185

    private static func makeKey(
        _ seed: UInt64,
        change: (inout AccessKeyRecord) -> Void = { _ in }
    ) -> (token: [UInt8], record: AccessKeyRecord) {
        var random = SeededRandom(seed: seed)
        let token = TokenFormat.standard.generate(using: &random)
        let made = Timestamp(unixSecond: now - 1000)
        var record = AccessKeyRecord(
            of: token,
            id: AccessKeyID("aigk_\(seed)"),
            accountID: .standard,
            createdAt: made,
            createdBy: "test"
        )
        change(&record)
        return (Array(token.text.exposed.utf8), record)
    }

    private static func find(_ token: [UInt8], in table: KeyTable, at second: Int64) -> KeyLookup {
        table.find(token.span, atUnixSecond: second)
    }

    @Test func `finds each of many keys and what belongs to it`() throws {
        let keys = (0..<3000).map { seed in
            KeyTables.makeKey(seed) { $0.name = "key number \(seed)" }
        }
        let table = KeyTable.build(from: keys.map(\.record))
        #expect(table.count == 3000)
        for key in keys {
            let lookup = KeyTables.find(key.token, in: table, at: KeyTables.now)
            guard case .found(let found) = lookup else {
                Issue.record("\(key.record.id): \(lookup)")
                continue
            }
            #expect(table.id(of: found) == key.record.id.rawValue)
            #expect(table.name(of: found) == key.record.name)
            #expect(table.account(of: found) == .standard)
            #expect(table.gateway(of: found) == nil)
            #expect(table.configurationIndex(of: found) == nil)
        }
    }

    @Test(
        arguments: [
            (nil, false, true), (nil, true, false),
            (now + 1, false, true), (now + 1, true, false),
            (now, false, false), (now - 1, false, false), (0, false, false),
        ] as [(Int64?, Bool, Bool)]
    )
    func `expired and disabled keys are unknown`(
        expiry: Int64?,
        isDisabled: Bool,
        isFound: Bool
    ) {
        let key = KeyTables.makeKey(1) {
            $0.expiresAt = expiry.map { Timestamp(unixSecond: $0) }
            $0.isDisabled = isDisabled
        }
        let table = KeyTable.build(from: [key.record])
        let lookup = KeyTables.find(key.token, in: table, at: KeyTables.now)
        #expect((lookup != .unknown) == isFound)
        #expect(lookup != .malformed)
    }

    @Test func `a key expires while the table stays`() {
        let key = KeyTables.makeKey(1) {
            $0.expiresAt = Timestamp(unixSecond: KeyTables.now)
        }
        let table = KeyTable.build(from: [key.record])
        #expect(
            KeyTables.find(key.token, in: table, at: KeyTables.now - 1) != .unknown
        )
        #expect(KeyTables.find(key.token, in: table, at: KeyTables.now) == .unknown)
    }

    @Test func `an empty table knows nobody`() {
        let table = KeyTable.build(from: [])
        #expect(KeyTables.find(KeyTables.makeKey(1).token, in: table, at: 0) == .unknown)
        #expect(KeyTables.find(Array("ng-x".utf8), in: table, at: 0) == .malformed)
        #expect(KeyTables.find([], in: table, at: 0) == .malformed)
    }

    @Test func `the right handle with another secret is unknown`() throws {
        let key = KeyTables.makeKey(1)
        let table = KeyTable.build(from: [key.record])
        var forged = Array(key.token.dropLast(6))
        forged[forged.count - 1] = forged.last == 0x41 ? 0x42 : 0x41
        forged += Array(Base62.text(of: UInt64(Checksum.crc32(forged.span)), count: 6).utf8)
        #expect(KeyTables.find(forged, in: table, at: 0) == .unknown)
    }

    @Test func `two keys of one handle are both found`() {
        let first = KeyTables.makeKey(1)
        let other = KeyTables.makeKey(2)
        let clash = AccessKeyRecord(
            id: AccessKeyID("aigk_clash"),
            accountID: .standard,
            handle: first.record.handle,
            hash: other.record.hash,
            keyRedacted: "",
            createdAt: first.record.createdAt,
            updatedAt: first.record.updatedAt,
            createdBy: "",
            lastUpdatedBy: ""
        )
        let table = KeyTable.build(from: [clash, first.record])
        let lookup = KeyTables.find(first.token, in: table, at: 0)
        guard case .found(let found) = lookup else {
            Issue.record("\(lookup)")
            return
        }
        #expect(table.id(of: found) == "aigk_1")
    }

    @Test func `a change makes a new table and leaves the old one`() {
        let keys = (0..<100).map { KeyTables.makeKey($0) }
        var builder = KeyTableBuilder(format: .standard)
        keys.forEach { builder.set($0.record) }
        let old = builder.makeTable()

        let removed = ["aigk_5", "aigk_5", "aigk_nobody"].map { builder.remove(AccessKeyID($0)) }
        #expect(removed == [true, false, false])
        var renamed = keys[6].record
        renamed.name = "new name"
        renamed.gatewayID = GatewayID("ep_main")
        renamed.configurationID = ConfigurationID("aigac_1")
        builder.set(renamed)
        let new = builder.makeTable()

        #expect(old.count == 100)
        #expect(new.count == 99)
        #expect(KeyTables.find(keys[5].token, in: old, at: 0) != .unknown)
        #expect(KeyTables.find(keys[5].token, in: new, at: 0) == .unknown)
        guard case .found(let before) = KeyTables.find(keys[6].token, in: old, at: 0),
            case .found(let after) = KeyTables.find(keys[6].token, in: new, at: 0)
        else {
            Issue.record("key 6 is not found")
            return
        }
        #expect(old.name(of: before).isEmpty)
        #expect(old.gateway(of: before) == nil)
        #expect(new.name(of: after) == "new name")
        #expect(new.id(of: after) == "aigk_6")
        #expect(new.gateway(of: after) == GatewayID("ep_main"))
        #expect(new.gatewayIndex(of: after) == new.gateways.number(of: GatewayID("ep_main")))
        #expect(new.configurationIndex(of: after) == 0)
    }

    @Test func `a deleted key that is set again is found again`() {
        let key = KeyTables.makeKey(1)
        var builder = KeyTableBuilder(format: .standard)
        builder.set(key.record)
        let wasThere = builder.remove(key.record.id)
        builder.set(key.record)
        let table = builder.makeTable()
        #expect(wasThere)
        #expect(table.count == 1)
        #expect(KeyTables.find(key.token, in: table, at: 0) != .unknown)
    }

    @Test func `a budget is that of the latest change, and none is kept of other keys`() {
        let budget = Budget(NanoDollars(5), each: .week, of: .managed)
        var keys = (0..<4).map { KeyTables.makeKey($0) }
        for number in 1...3 { keys[number].record.budget = budget }
        var builder = KeyTableBuilder(format: .standard)
        keys.forEach { builder.set($0.record) }
        func budgets(_ table: KeyTable) -> [Budget?] {
            keys.map { key in
                guard case .found(let found) = KeyTables.find(key.token, in: table, at: 0) else {
                    return nil
                }
                return table.budget(of: found)
            }
        }
        let first = builder.makeTable()
        #expect(budgets(first) == [nil, budget, budget, budget])

        keys[1].record.budget = nil
        builder.set(keys[1].record)
        let wasThere = builder.remove(keys[2].record.id)
        let second = builder.makeTable()
        #expect(wasThere)
        #expect(budgets(second) == [nil, nil, nil, budget])
        #expect(second.budgets.map(\.id) == [keys[3].record.id])
        #expect(budgets(first) == [nil, budget, budget, budget])

        var renewed = builder.renewed()
        renewed.set(keys[0].record)
        renewed.finish()
        #expect(renewed.makeTable().budgets.isEmpty)
    }

    @Test func `what programs say of a key is the latest of it`() {
        var key = KeyTables.makeKey(1)
        let other = KeyTables.makeKey(2)
        var builder = KeyTableBuilder(format: .standard)
        builder.set(other.record)
        func metadata(_ token: [UInt8]) -> Metadata? {
            let table = builder.makeTable()
            guard case .found(let key) = KeyTables.find(token, in: table, at: 0) else { return nil }
            return table.metadata(of: key)
        }
        let all: [Metadata] = [
            .empty, .text("a"), .object(json: #"{"tier":"gold"}"#), .text("b"), .empty,
            .text(String(repeating: "x", count: Limits.metadataBytes)),
        ]
        for said in all {
            key.record.metadata = said
            builder.set(key.record)
            #expect(metadata(key.token) == said)
            #expect(metadata(other.token) == .empty)
        }
    }

    @Test func `a key whose handle changes many times is found under the last one`() {
        var builder = KeyTableBuilder(format: .standard)
        let keys = (0..<500).map { KeyTables.makeKey($0) }
        for key in keys {
            builder.set(
                AccessKeyRecord(
                    id: AccessKeyID("aigk_x"),
                    accountID: .standard,
                    handle: key.record.handle,
                    hash: key.record.hash,
                    keyRedacted: "",
                    createdAt: key.record.createdAt,
                    updatedAt: key.record.updatedAt,
                    createdBy: "",
                    lastUpdatedBy: ""
                )
            )
        }
        let table = builder.makeTable()
        #expect(table.count == 1)
        #expect(KeyTables.find(keys[499].token, in: table, at: 0) != .unknown)
        #expect(KeyTables.find(keys[498].token, in: table, at: 0) == .unknown)
    }

    @Test func `a use is told once`() {
        let keys = (0..<2000).map { KeyTables.makeKey($0) }
        let table = KeyTable.build(from: keys.map(\.record))
        guard case .found(let key) = KeyTables.find(keys[1999].token, in: table, at: 0) else {
            Issue.record("key 1999 is not found")
            return
        }
        #expect(table.takeUses().isEmpty)
        table.touch(key, atUnixSecond: 100)
        table.touch(key, atUnixSecond: 101)
        let uses = table.takeUses()
        #expect(uses.map(\.id) == [AccessKeyID("aigk_1999")])
        #expect(uses.map(\.unixSecond) == [101])
        #expect(table.takeUses().isEmpty)
    }

    @Test func `a key takes at most 200 bytes`() {
        let keys = (0..<20_000).map { seed in
            KeyTables.makeKey(seed) { $0.name = "a name of usual length" }.record
        }
        let table = KeyTable.build(from: keys)
        #expect(table.byteCount / 20_000 <= 200, "\(table.byteCount / 20_000)")
    }
}
