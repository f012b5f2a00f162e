import Model
import Testing

@testable import Routing

/// A catalog with an alias, an author that is no provider, and a model that two serve.
func smallCatalog() throws -> Catalog {
    try Catalog(
        models: [
            CatalogModel(
                id: "gpt-4o",
                aliases: ["gpt-4o-latest"],
                facts: facts("openai", "GPT-4o", context: 128_000, output: 16_384),
                offers: [
                    offer("openai", "gpt-4o"), offer("openrouter", "openai/gpt-4o"),
                    offer("nobody", "gpt-4o"),
                ]
            ),
            CatalogModel(
                id: "gpt-4.1",
                facts: facts("openai", "GPT-4.1"),
                offers: [offer("openai", "gpt-4.1")]
            ),
            CatalogModel(
                id: "claude-haiku-4-5",
                facts: facts("anthropic", "Claude Haiku 4.5"),
                offers: [offer("anthropic", "claude-haiku-4-5")]
            ),
            CatalogModel(
                id: "gpt-oss-120b",
                facts: facts("openai"),
                offers: [offer("groq", "openai/gpt-oss-120b")]
            ),
        ],
        authors: [CatalogAuthor(id: "openai", displayName: "OpenAI", aliases: ["open-ai"])]
    )
}

/// What is known of a model: who made it, what it is called, how much it takes.
func facts(
    _ author: String? = nil,
    _ displayName: String? = nil,
    context: Int? = nil,
    output: Int? = nil
) -> ModelFacts {
    var facts = ModelFacts()
    facts.author = author
    facts.displayName = displayName
    facts.maxContextWindow = context
    facts.maxOutputTokens = output
    return facts
}

func offer(_ provider: String, _ model: String) -> CatalogOffer {
    CatalogOffer(provider: ProviderID(provider), model: model)
}

func ownKey(_ id: String, _ provider: String) -> OwnKey {
    OwnKey(
        id: ProviderKeyID(id),
        provider: ProviderID(provider),
        secret: Secret("secret-\(id)")
    )
}

/// A provider that the operator added, speaking one dialect on this machine.
func custom(
    _ id: String,
    models: [ProviderModel] = [],
    dialect: Dialect = .openAIChat
) throws -> Provider {
    var provider = Provider(
        id: ProviderID(id),
        displayName: id,
        surfaces: [
            dialect: Surface(baseURL: try BaseURL("http://127.0.0.1:8000/v1"), auth: .bearer)
        ]
    )
    provider.isConfigured = true
    provider.models = models
    return provider
}

/// A built-in provider as the gateway's `providers` names it.
func builtIn(_ id: String, keys: [String] = []) -> Provider {
    guard var provider = BuiltInProviders.provider(id) else {
        preconditionFailure("no built-in provider \(id)")
    }
    provider.isConfigured = true
    provider.managedKeys = keys.map(Secret.init)
    return provider
}

func table(
    _ configured: [Provider] = [],
    own: [OwnKey] = [],
    rules: RouteTable.Rules = .init(),
    catalog: Catalog? = nil,
    virtual: [VirtualModel] = []
) throws -> RouteTable {
    RouteTable(
        providers: ProviderTable(configured: configured),
        catalog: try catalog ?? smallCatalog(),
        virtualModels: virtual,
        ownKeys: own,
        rules: rules
    )
}

extension RouteTable {
    /// What a request leads to, as `provider:model`.
    func names(
        _ model: String?,
        _ fallbacks: [String] = [],
        _ dialect: Dialect = .openAIChat
    ) throws(ModelRefusal) -> [String] {
        try resolve(model: model, models: fallbacks, for: .only(dialect)).candidates.map(
            \.displayName
        )
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}

/// The attempt that a plan gave; a macro can't call what changes its receiver.
func taken(_ planned: PlannedAttempt?) throws -> PlannedAttempt {
    try #require(planned)
}
