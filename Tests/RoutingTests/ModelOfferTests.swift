import Model
import Testing

@testable import Routing

@Suite struct `What is known of a candidate` {
    private func priced(_ input: String) throws -> Pricing {
        Pricing(TokenRates(input: try TokenPrice(dollarsPerMillion: input), output: .free))
    }

    private func catalog() throws -> Catalog {
        var model = facts("openai", "GPT-4o", context: 128_000, output: 16_384)
        model.pricing = try priced("2.5")
        model.supportedFeatures = ["tool-calling"]
        model.retired = CalendarDay("2027-01-01")
        var elsewhere = ModelFacts()
        elsewhere.pricing = try priced("3")
        elsewhere.maxOutputTokens = 8192
        return try Catalog(
            models: [
                CatalogModel(
                    id: "gpt-4o",
                    aliases: ["gpt-4o-latest"],
                    facts: model,
                    offers: [
                        offer("openai", "gpt-4o"),
                        CatalogOffer(
                            provider: ProviderID("openrouter"),
                            model: "openai/gpt-4o",
                            facts: elsewhere
                        ),
                    ]
                )
            ],
            authors: [CatalogAuthor(id: "openai", displayName: "OpenAI", aliases: ["open-ai"])]
        )
    }

    private func offers(_ routes: RouteTable, _ name: String) throws -> [ModelOffer?] {
        try routes.resolve(model: name, for: .only(.openAIChat)).candidates.map(routes.offer)
    }

    @Test func `is what the catalog says, and what it says of that provider`() throws {
        let routes = try table(
            own: [ownKey("1", "openai"), ownKey("2", "openrouter")],
            catalog: catalog()
        )
        let found = try offers(routes, "gpt-4o")
        let first = try #require(found[0])
        let second = try #require(found[1])
        #expect(first.id == "gpt-4o" && second.id == "gpt-4o")
        #expect(second.model == "openai/gpt-4o")
        #expect(first.aliases == ["gpt-4o-latest"])
        #expect(first.authorAliases == ["open-ai"])
        #expect(first.facts.pricing?.usual.input?.description == "2.5")
        #expect(second.facts.pricing?.usual.input?.description == "3")
        #expect([first.facts.maxOutputTokens, second.facts.maxOutputTokens] == [16_384, 8192])
        #expect(second.facts.supportedFeatures == ["tool-calling"])
        #expect(!first.isCustom)
        #expect(routes.offers[first.index] === first)
        #expect(try offers(routes, "openai:new").allSatisfy { $0 == nil })
    }

    @Test func `an author has aliases`() throws {
        let routes = try table(own: [ownKey("1", "openai")], catalog: catalog())
        #expect(try routes.names("Open-AI/gpt-4o") == ["openai:gpt-4o"])
        #expect(try routes.names("openai:open-ai/gpt-4o-latest") == ["openai:gpt-4o"])
    }

    @Test func `the operator's word counts before the catalog's`() throws {
        var own = ModelFacts()
        own.pricing = try priced("1")
        var openai = builtIn("openai", keys: ["k"])
        openai.models = [ProviderModel(id: "GPT-4o", facts: own)]
        let routes = try table([openai], catalog: catalog())
        let found = try #require(try offers(routes, "gpt-4o")[0])
        #expect(found.facts.pricing?.usual.input?.description == "1")
        #expect(found.facts.maxContextWindow == 128_000)
        #expect(found.facts.retired != nil)
        #expect(!found.isCustom)
    }

    @Test func `a provider of the operator's own has no price of another's`() throws {
        let mine = try custom("mine", models: [ProviderModel(id: "gpt-4o")])
        let routes = try table([mine], catalog: catalog())
        let found = try #require(try offers(routes, "mine:gpt-4o")[0])
        #expect(found.isCustom)
        #expect(found.facts.pricing == nil)
        #expect(found.facts.retired == nil)
        #expect(found.facts.maxContextWindow == 128_000)
        #expect(found.facts.author == "openai")
    }

    @Test func `names that mean the same share what they lead to`() throws {
        let routes = try table(own: [ownKey("1", "openai")], catalog: catalog())
        let names = ["gpt-4o", "gpt-4o-latest", "openai/gpt-4o", "open-ai/gpt-4o"]
        let entries = names.compactMap { routes.entries[$0] }
        #expect(entries.count == names.count)
        #expect(entries.allSatisfy { $0 === entries[0] })
    }
}
