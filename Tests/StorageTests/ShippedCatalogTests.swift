import Model
import Routing
import Testing

@testable import Storage

@Suite struct `The shipped catalog` {
    private static func model(_ id: String) throws -> CatalogModel {
        try #require(try CatalogLoader.load(path: nil).models.first { $0.id == id })
    }

    @Test func `names models of built-in providers alone`() throws {
        let catalog = try CatalogLoader.load(path: nil)
        #expect(catalog.models.count == 71)
        let providers = Set(BuiltInProviders.all.map(\.id))
        for model in catalog.models {
            #expect(!model.offers.isEmpty)
            #expect(model.offers.allSatisfy { providers.contains($0.provider) })
            #expect(model.facts.maxContextWindow != nil)
            #expect(model.facts.maxOutputTokens != nil)
            #expect(model.facts.displayName != nil)
            let author = try #require(model.facts.author)
            #expect(catalog.author(named: author)?.id == author)
        }
    }

    @Test func `has a source for every price`() throws {
        for model in try CatalogLoader.load(path: nil).models {
            let pricing = try #require(model.facts.pricing)
            #expect(pricing.source?.hasPrefix("https://") == true)
            #expect(pricing.asOf != nil)
            for rule in pricing.rules where rule.source != nil {
                #expect(rule.source?.hasPrefix("https://") == true)
                #expect(rule.asOf != nil)
            }
        }
    }

    @Test func `says what a model is called at its provider`() throws {
        let model = try Self.model("gpt-oss-120b")
        #expect(model.facts.author == "openai")
        #expect(model.offers.map(\.model) == ["openai/gpt-oss-120b"])
        #expect(model.offers.map(\.provider.rawValue) == ["groq"])
    }

    @Test(
        arguments: [
            ("gpt-6.1-sol", 1_000, 1_000, [], "2026-11-21T12:00:00Z", "0.012"),
            ("gpt-6.1-sol", 300_000, 1_000, [], "2026-11-21T12:00:00Z", "1.215"),
            ("gpt-6.1-sol", 1_000, 1_000, .batch, "2026-11-21T12:00:00Z", "0.006"),
            ("gpt-6.1-sol", 300_000, 1_000, .ultrafast, "2026-11-21T12:00:00Z", "7.29"),
            ("claude-haiku-5-5", 100_000, 0, [], "2026-11-21T12:00:00Z", "0.01"),
            ("claude-haiku-5-5", 100_001, 0, [], "2026-11-21T12:00:00Z", "0.0500005"),
            ("claude-opus-5-5", 1_000, 0, [.fast, .regional], "2026-11-21T12:00:00Z", "0.0088"),
            ("gemini-2.5-pro", 200_001, 0, [], "2026-11-21T12:00:00Z", "0.5000025"),
            ("grok-4.7", 200_001, 0, [], "2026-11-21T12:00:00Z", "0.800004"),
            ("MiniMax-M3", 512_001, 0, [], "2026-11-21T12:00:00Z", "0.3072006"),
            ("gemini-4-argon", 1_000, 1_000, [], "2026-11-30T23:59:59Z", "0.012"),
            ("gemini-4-argon", 1_000, 1_000, [], "2026-12-01T00:00:00Z", "0.024"),
            ("gemini-3.8-flash", 1_000, 1_000, [], "2026-12-31T23:59:59Z", "0.0045"),
            ("gemini-3.8-flash", 1_000, 1_000, [], "2027-01-01T00:00:00Z", "0.009"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-20T03:59:59Z", "0.00528"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-20T04:00:00Z", "0.00264"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-21T03:00:00Z", "0.00264"),
            ("deepseek-v4-flash", 1_000, 1_000, [], "2026-11-23T06:00:00Z", "0.0015"),
            ("gpt-6.1-sol", 272_000, 0, [], "2026-11-21T12:00:00Z", "0.544"),
            ("gpt-6.1-sol", 272_001, 0, [], "2026-11-21T12:00:00Z", "1.088004"),
            ("gpt-6.1-sol", 272_001, 0, .fast, "2026-11-21T12:00:00Z", "2.176008"),
            ("gpt-6.1-sol", 1_000, 1_000, .flex, "2026-11-21T12:00:00Z", "0.006"),
            ("gemini-3.1-pro-preview", 200_000, 0, [], "2026-11-21T12:00:00Z", "0.4"),
            ("gemini-3.1-pro-preview", 200_001, 0, [], "2026-11-21T12:00:00Z", "0.800004"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-20T00:59:59Z", "0.00264"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-20T01:00:00Z", "0.00528"),
            ("deepseek-v4-pro", 1_000, 1_000, [], "2026-11-20T10:00:00Z", "0.00264"),
        ] as [(String, Int, Int, ServiceTiers, String, String)]
    )
    func `knows what its rules come to`(
        _ id: String,
        _ input: Int,
        _ output: Int,
        _ tiers: ServiceTiers,
        _ moment: String,
        _ dollars: String
    ) throws {
        let pricing = try #require(try Self.model(id).facts.pricing)
        let moment = try #require(Timestamp(moment))
        let cost = pricing.estimate(input: input, output: output, at: moment, tiers: tiers)
        #expect(cost.description == dollars)
    }

    @Test(arguments: [
        ("claude-opus-5-5", 3_000, "0.0156"), ("gpt-5.6-sol", 3_000, "0.0104"),
        ("deepseek-v4-pro", 3_000, "0.001342"),
    ])
    func `tells caches apart`(_ id: String, _ tokens: Int, _ dollars: String) throws {
        let pricing = try #require(try Self.model(id).facts.pricing)
        let usage = Usage(
            cacheRead: tokens / 3,
            cacheWrite: 2 * tokens / 3,
            cacheWrite1h: id.hasPrefix("claude") ? 2 * tokens / 3 - 200 : nil
        )
        let moment = try #require(Timestamp("2026-11-21T12:00:00Z"))
        #expect(pricing.cost(of: usage, at: moment).description == dollars)
    }

    @Test(arguments: [
        ("o4-mini", "2026-10-23"), ("gpt-5", "2026-12-11"), ("claude-sonnet-4-5", "2026-11-30"),
        ("gemini-3.1-flash-lite", "2027-05-07"),
    ])
    func `knows until when models are served`(_ id: String, _ day: String) throws {
        #expect(try Self.model(id).facts.retired?.description == day)
    }
}
