import Model
import Testing

@testable import Routing

/// `ngrok/auto`: the band of a request, and the models that it is given to.
@Suite struct `The gateway's own choice` {
    private static func traits(
        tokens: Int = 20,
        code: Int = 0,
        tools: Int = 0,
        images: Int = 0,
        turns: Int = 1,
        output: Int? = nil,
        reasoning: Bool = false
    ) -> RequestTraits {
        var traits = RequestTraits(path: "/v1/chat/completions")
        traits.estimatedInputTokens = tokens
        traits.codePercent = code
        traits.toolCount = tools
        traits.imageCount = images
        traits.turnCount = turns
        traits.maxOutputTokens = output
        traits.asksReasoning = reasoning
        return traits
    }

    @Test(
        arguments: [
            (traits(), .low), (traits(tokens: 1999), .low), (traits(tokens: 2000), .low),
            (traits(tools: 1), .low), (traits(images: 3), .low), (traits(code: 39), .low),
            (traits(tokens: 16_000), .medium), (traits(code: 40), .medium),
            (traits(tools: 8), .medium), (traits(reasoning: true), .medium),
            (traits(tokens: 3000, tools: 2), .medium), (traits(turns: 12, output: 8000), .medium),
            (traits(tokens: 16_000, code: 50), .high), (traits(tools: 9, reasoning: true), .high),
            (traits(tokens: 2000, code: 1, tools: 1, turns: 30), .high),
        ] as [(RequestTraits, Band)]
    )
    func `a request is rated by what it asks`(traits: RequestTraits, band: Band) {
        #expect(Band(of: traits) == band, "\(Band.signs(of: traits))")
    }

    @Test func `what speaks for a band is told`() {
        let signs = Band.signs(of: Self.traits(tokens: 2310, tools: 3, reasoning: true))
        #expect(signs.map(\.text) == ["2310 tokens", "3 tools", "reasoning"])
        #expect(signs.map(\.points) == [1, 1, 2])
    }

    private func chosen(
        _ traits: RequestTraits,
        _ rules: ChoiceRules = ChoiceRules(),
        model: String? = "auto"
    ) throws -> ChosenModels {
        var facts = try StrategyCase().facts
        facts.traits = traits
        let resolved = try facts.routes.resolve(model: model, for: Operation.chatCompletions)
        #expect(resolved.isOpen && resolved.namesSeveral)
        return try #require(try rules.choose(among: resolved, by: facts))
    }

    private func names(_ traits: RequestTraits) throws -> [String] {
        try chosen(traits).candidates.map(\.displayName)
    }

    @Test func `the cheapest of its band is first, then the bands above, then those below`() throws
    {
        #expect(
            try names(Self.traits()) == [
                "deepseek:other", "openai:small", "openai:big", "openrouter:openai/big",
                "groq:other",
            ]
        )
        #expect(
            try names(Self.traits(code: 50)) == [
                "openai:big", "openrouter:openai/big", "deepseek:other", "openai:small",
                "groq:other",
            ]
        )
    }

    @Test func `a model that may lack what is asked stands behind`() throws {
        #expect(try names(Self.traits(tools: 1)).first == "openai:small")
        #expect(try names(Self.traits(tools: 1)).suffix(2) == ["deepseek:other", "groq:other"])
    }

    @Test func `a model that can't take the request is left out`() throws {
        #expect(
            try names(Self.traits(tokens: 150_000)) == [
                "openai:big", "openrouter:openai/big", "deepseek:other", "groq:other",
            ]
        )
        #expect(throws: SelectionFailure.nothingSuits) {
            try names(Self.traits(tokens: 500_000))
        }
    }

    @Test func `it is the same for the same request and says why`() throws {
        let first = try chosen(Self.traits(tools: 9))
        #expect(first.reason == .band(.medium, [Band.Sign(text: "9 tools", points: 2)]))
        for _ in 0..<20 {
            #expect(try chosen(Self.traits(tools: 9)).candidates == first.candidates)
        }
    }

    @Test func `a strategy decides in its place`() throws {
        let rules = ChoiceRules(
            models: try ModelSelection(["ai.models.onlyProviders(['openai']).sortBy('price')"])
        )
        #expect(
            try chosen(Self.traits(), rules).candidates.map(\.displayName)
                == ["openai:small", "openai:big"]
        )
    }

    @Test(arguments: ["auto", "AUTO", "ngrok/auto", "Ngrok/Auto", nil])
    func `every way to name no model is one`(name: String?) throws {
        #expect(try chosen(Self.traits(), model: name).candidates.count == 5)
    }

    @Test func `beside names and where no text is written it is refused`() throws {
        let routes = try StrategyCase().routes
        #expect(throws: ModelRefusal.choiceNotAlone("auto")) {
            try routes.resolve(model: "auto", for: Operation.embeddings)
        }
        #expect(throws: ModelRefusal.missing) {
            try routes.resolve(model: nil, for: Operation.embeddings)
        }
        let resolved = try routes.resolve(
            model: "big",
            models: ["auto"],
            for: Operation.chatCompletions
        )
        #expect(resolved.rejected.map(\.refusal) == [.choiceNotAlone("auto")])
    }

    @Test func `without any key there is nothing to choose from`() throws {
        #expect(throws: ModelRefusal.nothingReachable) {
            try table().resolve(model: nil, for: Operation.chatCompletions)
        }
    }
}
