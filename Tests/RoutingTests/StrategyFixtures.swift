import Model
import Selection
import Testing

@testable import Routing

/// Models of two makers at four providers, two of which have prices.
func pricedCatalog() throws -> Catalog {
    var big = facts("openai", "Big", context: 400_000, output: 128_000)
    big.supportedFeatures = ["tool-calling", "reasoning"]
    big.inputModalities = Modalities([.text, .image])
    big.outputModalities = Modalities([.text])
    big.metadata = #"{"approved": true, "team": {"name": "search", "size": 3}}"#
    big.description = "The large one."
    var small = facts("openai", "Small", context: 128_000, output: 16_384)
    small.supportedFeatures = ["tool-calling"]
    small.parameterCount = 8_000_000_000
    small.quantization = "fp8"
    var other = facts("anthropic", "Other", context: 200_000, output: 64_000)
    other.dataTrainingPolicy = "none"
    other.dataRetentionDays = 30
    other.dataRetentionPolicy = "30 days"
    other.datacenters = [
        Datacenter(countryCode: "DE", region: "eu-central"), Datacenter(countryCode: "US"),
    ]
    return try Catalog(
        models: [
            CatalogModel(
                id: "big",
                aliases: ["big-latest"],
                facts: big,
                offers: [
                    try priced("openai", "big", "2.50", "10"),
                    try priced("openrouter", "openai/big", "2.60", "10"),
                ]
            ),
            CatalogModel(
                id: "small",
                facts: small,
                offers: [try priced("openai", "small", "0.25", "2")]
            ),
            CatalogModel(
                id: "other",
                facts: other,
                offers: [try priced("deepseek", "other", "0.25", "1.25"), offer("groq", "other")]
            ),
        ],
        authors: [CatalogAuthor(id: "openai", displayName: "OpenAI", aliases: ["open-ai"])]
    )
}

private func priced(
    _ provider: String,
    _ model: String,
    _ input: String,
    _ output: String
) throws -> CatalogOffer {
    var facts = ModelFacts()
    var pricing = Pricing(
        TokenRates(
            input: try TokenPrice(dollarsPerMillion: input),
            output: try TokenPrice(dollarsPerMillion: output),
            cacheRead: try TokenPrice(dollarsPerMillion: "0.1")
        )
    )
    if provider == "openai" {
        var rule = PriceRule(.factor(try PriceFactor("0.5")))
        rule.tiers = .batch
        pricing.rules = [rule]
        pricing.tools = ["web_search": NanoDollars(10_000_000)]
    }
    facts.pricing = pricing
    return CatalogOffer(provider: ProviderID(provider), model: model, facts: facts)
}

/// A request by somebody, with everything that its models and keys can be chosen by.
struct StrategyCase {
    var routes: RouteTable
    var facts: ChoiceFacts

    /// Keys for each provider, two for one of them.
    init(metrics: MetricsView = .none, seed: UInt64 = 1) throws {
        let providers = ["openai", "openrouter", "deepseek", "groq"]
        routes = RouteTable(
            providers: ProviderTable(configured: providers.map { builtIn($0) }),
            catalog: try pricedCatalog(),
            ownKeys: providers.map { ownKey("pk_\($0)", $0) } + [ownKey("pk_more", "openai")],
            isChosenFrom: true
        )
        var traits = RequestTraits(path: "/v1/chat/completions")
        traits.estimatedInputTokens = 1200
        traits.toolCount = 2
        traits.imageCount = 1
        traits.isStream = true
        var caller = ChoiceFacts.Caller(account: .standard)
        caller.id = "ak_1"
        caller.name = "ci"
        caller.metadata = #"{"tier": "gold"}"#
        caller.isMetadataJSON = true
        facts = ChoiceFacts(
            routes: routes,
            keys: KeyChoice(routes),
            traits: traits,
            caller: caller,
            gateway: GatewayID("ep_main"),
            metrics: metrics,
            moment: Timestamp(unixSecond: 1_800_000_000),
            seed: seed
        )
        facts.headers = [("x-tier", "gold"), ("user-agent", "test")]
    }

    /// Every model that can be had, as if the client had named none.
    var all: [Candidate] {
        get throws {
            try routes.resolve(
                model: nil,
                models: ["big", "small", "other", "openai:unheard-of"],
                for: .only(.openAIChat)
            ).candidates
        }
    }

    /// What is chosen of all, as `provider:model`.
    func chosen(
        _ expressions: String...,
        order: ChosenModels.Order = .asChosen
    ) throws -> [String] {
        try ModelSelection(expressions).choose(among: try all, order, by: facts)
            .candidates.map(\.displayName)
    }

    /// What an expression comes to, of whatever type.
    func value(_ text: String) throws -> Value {
        let program = try Program(text, in: StrategyVocabulary.environment())
        let values = try #require(routes.values)
        return try program.value(host: StrategyHost(try all, by: facts, values: values))
    }
}
