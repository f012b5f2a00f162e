import Model
import Testing

@testable import Routing

@Suite struct `Keys that can't be opened` {
    private let sealed = OwnKey(
        id: ProviderKeyID("aigpk_1"),
        provider: ProviderID("openai"),
        secret: nil
    )

    /// What an account that brought these may use.
    private func routes(_ keys: [OwnKey]) throws -> RouteTable {
        try table([builtIn("openai", keys: ["managed"])], own: keys)
    }

    @Test(arguments: ["gpt-4o", "openai:gpt-4o", "openai:new-model"])
    func `are not replaced by the operator's`(name: String) throws {
        #expect(try routes([]).resolve(model: name, for: .every).candidates.count == 1)
        let refusal = #expect(throws: ModelRefusal.self) {
            try routes([sealed]).resolve(model: name, for: .every)
        }
        #expect(refusal == .keySealed(name, provider: "openai"))
        #expect(refusal?.code == 27202)
    }

    @Test func `are left out where others can be`() throws {
        let table = try routes([sealed, ownKey("aigpk_2", "openai")])
        let place = try #require(table.providers.index(of: "openai"))
        #expect(table.credentials(at: place).map(\.source) == [.own(ProviderKeyID("aigpk_2"))])
        #expect(try table.resolve(model: "gpt-4o", for: .every).candidates.count == 1)
    }

    @Test func `are told of by a rule that names nothing else`() throws {
        let id = ConfigurationID("aigac_1")
        let steps: [[KeyStep]] = [
            [.user(.ordered, [sealed.id])], [.user(.ordered, [sealed.id]), .managed],
        ]
        let table = try routes([sealed, ownKey("aigpk_2", "openai")])
        let refusals = steps.map { steps -> ModelRefusal? in
            let policy = KeyPolicy(
                rules: [KeyRule(provider: ProviderID("openai"), model: nil, steps: steps)]
            )
            let turns = KeyTurns(of: [(id, policy)], keyCount: 2, seed: 1)
            var builder = KeyRulesBuilder(routes: table, turns: turns)
            let rules = builder.rules(id, policy)
            do throws(ModelRefusal) {
                _ = try table.resolve(model: "gpt-4o", for: .every, under: rules)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusals == [.keySealed("gpt-4o", provider: "openai"), nil])
    }
}
