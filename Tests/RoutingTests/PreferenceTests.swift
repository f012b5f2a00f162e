import Model
import Testing

@testable import Routing

/// `model_selection.prefer`: what orders the candidates of a model.
@Suite struct Preferences {
    private func order(
        _ preference: Preference,
        _ names: [String] = ["big"],
        metrics: [String: MetricsSummary] = [:],
        seed: UInt64 = 1,
        _ change: (inout RequestTraits) -> Void = { _ in }
    ) throws -> ChosenModels {
        let entries = metrics.map { name, summary in
            MetricsReport.Entry(MetricsSubject(model: name, scope: .global), summary)
        }
        var facts = try StrategyCase(
            metrics: MetricsView(MetricsReport(entries)),
            seed: seed
        ).facts
        change(&facts.traits)
        let resolved = try facts.routes.resolve(
            model: nil,
            models: names,
            for: Operation.chatCompletions
        )
        let rules = ChoiceRules(preference: preference)
        return try #require(try rules.choose(among: resolved, by: facts))
    }

    private func summary(
        requests: Int = 100,
        firstToken: Double = 0,
        perToken: Double = 0,
        errors: Double = 0
    ) -> MetricsSummary {
        var summary = MetricsSummary()
        summary.requestCount = requests
        summary.timeToFirstToken = Timing(average: firstToken)
        summary.timePerOutputToken = Timing(average: perToken)
        summary.upstream = Timing(average: firstToken)
        summary.errors.total = errors
        return summary
    }

    @Test func `the cheapest is that of this request's own length`() throws {
        #expect(
            try order(.cheapest).candidates.map(\.displayName)
                == ["openai:big", "openrouter:openai/big"]
        )
        // Without a price it comes last, whatever the order of the providers.
        #expect(
            try order(.cheapest, ["other"]).candidates.map(\.displayName)
                == ["deepseek:other", "groq:other"]
        )
    }

    @Test func `models that the client named stay in its order`() throws {
        let names = try order(.cheapest, ["big", "small", "other"]).candidates.map(\.displayName)
        #expect(
            names == [
                "openai:big", "openrouter:openai/big", "openai:small", "deepseek:other",
                "groq:other",
            ]
        )
    }

    @Test func `the fastest is fastest for as much output as is asked for`() throws {
        let metrics = [
            "openai:big": summary(firstToken: 900, perToken: 5),
            "openrouter:openai/big": summary(firstToken: 200, perToken: 20),
        ]
        let short = try order(.fastest, metrics: metrics) { $0.maxOutputTokens = 10 }
        #expect(short.candidates.first?.displayName == "openrouter:openai/big")
        let long = try order(.fastest, metrics: metrics) { $0.maxOutputTokens = 500 }
        #expect(long.candidates.first?.displayName == "openai:big")
    }

    @Test func `what was never asked comes after what was`() throws {
        let metrics = ["openrouter:openai/big": summary(firstToken: 5000, perToken: 90)]
        let chosen = try order(.fastest, metrics: metrics)
        #expect(chosen.candidates.first?.displayName == "openrouter:openai/big")
        #expect(try order(.fastest).candidates.first?.displayName == "openai:big")
    }

    @Test(arguments: [
        (0.02, 1000, 0.0, 1000, "openrouter:openai/big"),
        (0.0, 1, 0.001, 1000, "openrouter:openai/big"),
        (0.0, 0, 0.6, 1000, "openai:big"),
        (0.01, 100, 0.01, 100, "openai:big"),
    ])
    func `the reliable one has the fewest errors for as much as it was asked`(
        first: Double,
        firstRequests: Int,
        second: Double,
        secondRequests: Int,
        wanted: String
    ) throws {
        let metrics = [
            "openai:big": summary(requests: firstRequests, errors: first),
            "openrouter:openai/big": summary(requests: secondRequests, errors: second),
        ]
        #expect(try order(.reliable, metrics: metrics).candidates.first?.displayName == wanted)
    }

    @Test func `one request in twenty tries another one, the least used`() throws {
        let metrics = ["openai:big": summary(firstToken: 10)]
        for preference in [Preference.fastest, .reliable] {
            var explored = 0
            for seed in 0..<UInt64(2000) {
                let chosen = try order(preference, metrics: metrics, seed: seed)
                let isFirst = chosen.candidates.first?.displayName == "openai:big"
                #expect(isFirst == (chosen.reason == .preference(preference)))
                if !isFirst { explored += 1 }
                #expect(chosen.candidates.count == 2)
            }
            #expect(explored == 100)
        }
        for seed in 0..<UInt64(40) {
            #expect(try order(.cheapest, seed: seed).reason == .preference(.cheapest))
        }
    }
}
