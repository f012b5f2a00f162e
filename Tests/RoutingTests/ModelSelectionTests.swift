import Model
import Selection
import Testing

@testable import Routing

/// What `model_selection.strategy` chooses, and when it refuses.
@Suite struct `Expressions that choose models` {
    private static let everything = [
        "openai:big", "openrouter:openai/big", "openai:small", "deepseek:other", "groq:other",
        "openai:unheard-of",
    ]

    @Test func `may choose all`() throws {
        #expect(try StrategyCase().chosen("ai.models") == Self.everything)
    }

    @Test(
        arguments: [
            (
                "ai.models.filter(m, m.provider_id == 'openai')",
                ["openai:big", "openai:small", "openai:unheard-of"]
            ),
            ("ai.models.filter(m, m.known && !m.custom)", Array(everything.prefix(5))),
            ("ai.models.filter(m, !m.known)", ["openai:unheard-of"]),
            (
                "ai.models.filter(m, 'reasoning' in m.supported_features)",
                ["openai:big", "openrouter:openai/big"]
            ),
            ("ai.models.only(['BIG'])", ["openai:big", "openrouter:openai/big"]),
            (
                "ai.models.only(['big-latest', 'deepseek:other'])",
                ["openai:big", "openrouter:openai/big", "deepseek:other"]
            ),
            ("ai.models.only(['openai/big'])", ["openai:big", "openrouter:openai/big"]),
            ("ai.models.only(['unheard-of'])", ["openai:unheard-of"]),
            ("ai.models.ignore(['big', 'other', 'openai:unheard-of'])", ["openai:small"]),
            ("ai.models.onlyProviders(['groq', 'deepseek'])", ["deepseek:other", "groq:other"]),
            (
                "ai.models.ignoreProviders(['openai', 'openrouter'])",
                ["deepseek:other", "groq:other"]
            ),
            ("ai.models.onlyAuthors(['open-ai'])", Array(everything.prefix(3))),
            (
                "ai.models.ignoreAuthors(['OpenAI'])",
                ["deepseek:other", "groq:other", "openai:unheard-of"]
            ),
            ("ai.models.inRegion('EU-central')", ["deepseek:other", "groq:other"]),
            ("ai.models.inCountryCode('us')", ["deepseek:other", "groq:other"]),
            ("ai.models.underCost('text.input', 0.5)", ["openai:small", "deepseek:other"]),
            ("ai.models.underCost('text.input', 0.25)", ["openai:small", "deepseek:other"]),
            ("ai.models.underCost('text.output', 2)", ["openai:small", "deepseek:other"]),
            ("ai.models.underCost('text.input_cache_read', 0.1)", Array(everything.prefix(4))),
            (
                "ai.models.underCost('text.input_cache_write', 1)",
                ["openai:small", "deepseek:other"]
            ),
            ("ai.models.underCost('text.input_batch', 1.25)", ["openai:big", "openai:small"]),
            ("ai.models.underCost('text.output_batch', 1u)", ["openai:small"]),
            ("ai.models.underCost('tools.web_search', 10)", ["openai:big", "openai:small"]),
            (
                "ai.models.sortBy('price')",
                [
                    "deepseek:other", "openai:small", "openai:big", "openrouter:openai/big",
                    "groq:other",
                    "openai:unheard-of",
                ]
            ),
            (
                "ai.models.underCost('text.input', 0.5).sortBy('price')",
                ["deepseek:other", "openai:small"]
            ),
            (
                "ai.models.filter(m, m.max_context_window > 0).sortBy(m, -m.max_context_window)",
                [
                    "openai:big", "openrouter:openai/big", "deepseek:other", "groq:other",
                    "openai:small",
                ]
            ),
            ("ai.models.get('small')", ["openai:small"]),
            ("ai.models.get('openrouter', 'big')", ["openrouter:openai/big"]),
            ("ai.models[3]", ["deepseek:other"]),
            (
                "[ai.models[1], ai.models[0], ai.models[1]]",
                ["openrouter:openai/big", "openai:big"]
            ),
            ("ai.providers.get('groq').getModel('other')", ["groq:other"]),
            (
                "ai.providers.only(['openai', 'groq']).map(p, p.id).exists(i, i == 'groq') ? ai.models.get('small') : ai.models[0]",
                ["openai:small"]
            ),
            (
                "ai.models.filter(m, m.getMetadata('team.name') == 'search')",
                ["openai:big", "openrouter:openai/big"]
            ),
            ("ai.models.filter(m, m.getMetadata('team.none.name') == null)", Self.everything),
            (
                "ai.models.filter(m, has(m.metadata.team) && m.metadata.team.size == 3)",
                ["openai:big", "openrouter:openai/big"]
            ),
            (
                "ai.models.onlyProviders(['groq']) + [ai.models.get('small')]",
                ["groq:other", "openai:small"]
            ),
        ] as [(String, [String])]
    )
    func `choose`(text: String, names: [String]) throws {
        #expect(try StrategyCase().chosen(text) == names, "\(text)")
    }

    @Test func `decide in their order: the first that leaves a model`() throws {
        let one = try StrategyCase()
        let none = "ai.models.filter(m, m.id == 'nothing')"
        #expect(try one.chosen(none, "ai.models.get('small')", "ai.models") == ["openai:small"])
        let selection = try ModelSelection([none, "ai.models.get('small')"])
        let chosen = try selection.choose(among: try one.all, .asChosen, by: one.facts)
        #expect(chosen.reason == .expression(1))
        #expect(
            chosen.leftOut(of: try one.all).map(\.displayName)
                == Self.everything.filter { $0 != "openai:small" }
        )
    }

    @Test func `only filter what the client named`() throws {
        let names = try StrategyCase().chosen(
            "ai.models.underCost('text.input', 3).sortBy('price')",
            order: .asNamed
        )
        #expect(
            names == ["openai:big", "openrouter:openai/big", "openai:small", "deepseek:other"]
        )
    }

    @Test func `fail with a code`() throws {
        let one = try StrategyCase()
        func failure(_ texts: String...) throws -> SelectionFailure? {
            let selection = try ModelSelection(texts)
            let all = try one.all
            do throws(SelectionFailure) {
                _ = try selection.choose(among: all, .asChosen, by: one.facts)
                return nil
            } catch {
                return error
            }
        }
        let nothing = try failure("ai.models.filter(m, false)", "ai.models.only([])")
        #expect(nothing == .leftNothing(.models))
        #expect(nothing?.code == 3805)
        let failed = try failure("ai.models.filter(m, m.metadata.tier == 'a')", "ai.models")
        #expect(failed == .failed(.models, expression: 1, reason: "there is no `tier`"))
        #expect(failed?.code == 3803)
        let wrong = try failure("[1, ai.models[0]]")
        #expect(
            wrong == .wrongType(.models, expression: 1, type: "a list of int and object")
        )
        #expect(wrong?.code == 3806)
        #expect(try failure("ai.models.filter(m, false).random()")?.code == 3803)
        #expect(try failure("ai.models.get('nothing')")?.code == 3803)
    }

    @Test func `shuffle by a seed`() throws {
        var firsts: Set<String> = []
        for seed in 0..<60 {
            let one = try StrategyCase(seed: UInt64(seed))
            let names = try one.chosen("ai.models.randomize()")
            #expect(names.sorted() == Self.everything.sorted())
            #expect(try one.chosen("ai.models.randomize()") == names)
            let single = try one.chosen("ai.models.random()")
            #expect(single.count == 1)
            firsts.insert(single[0])
        }
        #expect(firsts == Set(Self.everything))
    }
}
