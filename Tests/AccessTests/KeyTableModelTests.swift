import Access
import Model
import Testing

/// Tables that one builder makes over time, against a dictionary that is told the same.
@Suite struct `Key tables of a changing store` {
    private struct Known: Equatable {
        var token: Int
        var name: String
        var gateway: String?
        var isUsable: Bool
    }

    private static let tokens: [AccessToken] = {
        var random = SeededRandom(seed: 7)
        return (0..<200).map { _ in TokenFormat.standard.generate(using: &random) }
    }()

    private struct Story {
        var random: SeededRandom
        var builder = KeyTableBuilder(format: .standard)
        var model: [String: Known] = [:]

        init(seed: UInt64) { random = SeededRandom(seed: seed) }

        mutating func set(_ id: String) {
            // Some keys keep their token, some share a name, some change all.
            let token =
                Bool.random(using: &random)
                ? model[id]?.token ?? pick() : pick()
            let known = Known(
                token: token,
                name: String(repeating: "n", count: Int.random(in: 0..<40, using: &random)),
                gateway: Bool.random(using: &random) ? "ep_\(pick() % 3)" : nil,
                isUsable: pick() % 5 > 0
            )
            say(id, known)
            model[id] = known
        }

        mutating func say(_ id: String, _ known: Known) {
            let token = tokens[known.token]
            var record = AccessKeyRecord(
                of: token,
                id: AccessKeyID(id),
                accountID: AccountID("account \(id.utf8.count % 2)"),
                createdAt: Timestamp(unixSecond: 0),
                createdBy: "test"
            )
            record.name = known.name
            record.gatewayID = known.gateway.map { GatewayID($0) }
            record.isDisabled = !known.isUsable
            builder.set(record)
        }

        mutating func remove(_ id: String) {
            let wasThere = builder.remove(AccessKeyID(id))
            #expect(wasThere == (model.removeValue(forKey: id) != nil))
        }

        /// Reads the whole store again, in which some keys are other ones.
        mutating func renew() {
            var next = builder.renewed()
            swap(&builder, &next)
            #expect(builder.count == 0)
            let old = model
            model = [:]
            for (id, known) in old.sorted(by: { $0.key < $1.key }) {
                switch pick() % 20 {
                case 0: break
                case 1: set(id)
                case 2:
                    say(id, known)
                    model[id] = known
                    remove(id)
                default:
                    say(id, known)
                    model[id] = known
                }
            }
            builder.finish()
        }

        mutating func pick() -> Int { Int.random(in: 0..<tokens.count, using: &random) }
    }

    private func expect(_ table: KeyTable, has model: [String: Known]) {
        #expect(table.count == model.count)
        for (place, token) in Self.tokens.enumerated() {
            let owners = model.filter { $0.value.token == place && $0.value.isUsable }
            let text = Array(token.text.exposed.utf8)
            guard case .found(let key) = table.find(text.span, atUnixSecond: 1) else {
                #expect(owners.isEmpty)
                continue
            }
            let known = owners[table.id(of: key)]
            #expect(known != nil)
            #expect(table.name(of: key) == known?.name)
            #expect(table.gateway(of: key)?.rawValue == known?.gateway)
            #expect(
                table.account(of: key).rawValue == "account \(table.id(of: key).utf8.count % 2)"
            )
        }
    }

    @Test(arguments: [1, 2, 3, 4, UInt64.random(in: 5...9999)])
    func `say what was last said, each of its own time`(seed: UInt64) {
        print("key tables: seed \(seed)")
        var story = Story(seed: seed)
        var tables: [(table: KeyTable, model: [String: Known])] = []
        for step in 0..<15 {
            for _ in 0..<Int.random(in: 0..<60, using: &story.random) {
                let id = "aigk_\(story.pick())"
                if story.pick() % 4 == 0 { story.remove(id) } else { story.set(id) }
            }
            if step % 4 == 3 { story.renew() }
            // What is refused in the middle leaves no trace.
            var abandoned = story
            abandoned.set("aigk_abandoned")
            if step % 3 == 0 { abandoned.renew() }
            tables.append((story.builder.makeTable(), story.model))
        }
        for (table, model) in tables { expect(table, has: model) }
    }

    @Test func `share the times of use`() throws {
        var story = Story(seed: 1)
        story.say("aigk_1", Known(token: 1, name: "", gateway: nil, isUsable: true))
        let first = story.builder.makeTable()
        story.say("aigk_2", Known(token: 2, name: "", gateway: nil, isUsable: true))
        let second = story.builder.makeTable()
        let token = Array(Self.tokens[1].text.exposed.utf8)
        guard case .found(let key) = first.find(token.span, atUnixSecond: 0) else {
            Issue.record("key 1 is not found")
            return
        }
        first.touch(key, atUnixSecond: 100)
        #expect(second.sharesUses(with: first))
        #expect(second.takeUses().map(\.id) == [AccessKeyID("aigk_1")])
        #expect(first.takeUses().isEmpty)
    }

    @Test func `are numbered anew once most of their keys are dead`() {
        var story = Story(seed: 1)
        for number in 0..<2000 {
            story.say("aigk_\(number)", Known(token: 0, name: "", gateway: nil, isUsable: true))
        }
        let first = story.builder.makeTable()
        for number in 0..<1990 { _ = story.builder.remove(AccessKeyID("aigk_\(number)")) }
        var next = story.builder.renewed()
        next.finish()
        let second = next.makeTable()
        #expect(second.count == 0)
        #expect(second.byteCount < first.byteCount / 2)
        #expect(!second.sharesUses(with: first))
    }
}
