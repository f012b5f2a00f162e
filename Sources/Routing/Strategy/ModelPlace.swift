import Model
import Selection

/// The places of what the catalog and the configuration say of a model at a provider.
enum ModelPlace: Int, CaseIterable {
    case id, idAliases, providerID, providerIDAliases, authorID, authorIDAliases
    case displayName, description, isKnown, isCustom, metadata
    case inputModalities, outputModalities, supportedFeatures
    case maxContextWindow, maxOutputTokens, parameterCount, quantization
    case dataTrainingPolicy, dataRetentionDays, dataRetentionPolicy, datacenters
    case priceOfInput, priceOfOutput, priceOfCacheRead, priceOfCacheWrite, priceOfCacheWrite1h
    case priceOfBatchInput, priceOfBatchOutput, pricesOfTools

    /// How many there are.
    static let count = allCases.count

    private static let texts: StaticType = .list(.string)

    /// Those that are no part of the pricing.
    static let fields = [
        id.named("id", .string), idAliases.named("id_aliases", texts),
        providerID.named("provider_id", .string),
        providerIDAliases.named("provider_id_aliases", texts),
        authorID.named("author_id", .string), authorIDAliases.named("author_id_aliases", texts),
        displayName.named("display_name", .string), description.named("description", .string),
        isKnown.named("known", .bool), isCustom.named("custom", .bool),
        metadata.named("metadata", .any), inputModalities.named("input_modalities", texts),
        outputModalities.named("output_modalities", texts),
        supportedFeatures.named("supported_features", texts),
        maxContextWindow.named("max_context_window", .int),
        maxOutputTokens.named("max_output_tokens", .int),
        parameterCount.named("parameter_count", .int), quantization.named("quantization", .string),
        dataTrainingPolicy.named("data_training_policy", .string),
        dataRetentionDays.named("data_retention_days", .int),
        dataRetentionPolicy.named("data_retention_policy", .string),
        datacenters.named("datacenters", .list(.object(StrategyVocabulary.datacenter))),
    ]

    /// Those of the pricing, counted from its first.
    static let priceFields = [
        priceOfInput.priced("input"), priceOfOutput.priced("output"),
        priceOfCacheRead.priced("cache_read"), priceOfCacheWrite.priced("cache_write"),
        priceOfCacheWrite1h.priced("cache_write_1h"), priceOfBatchInput.priced("batch_input"),
        priceOfBatchOutput.priced("batch_output"),
        HostField(
            "tools",
            .map(.string, .double),
            at: pricesOfTools.rawValue - priceOfInput.rawValue
        ),
    ]

    private func named(_ name: String, _ type: StaticType) -> HostField {
        HostField(name, type, at: rawValue)
    }

    private func priced(_ name: String) -> HostField {
        HostField(name, .double, at: rawValue - ModelPlace.priceOfInput.rawValue)
    }
}

/// A kind of tokens with a price of its own, as `underCost` calls it.
enum PricedKind: String, CaseIterable {
    case input = "text.input"
    case output = "text.output"
    case cacheRead = "text.input_cache_read"
    case cacheWrite = "text.input_cache_write"
    case batchInput = "text.input_batch"
    case batchOutput = "text.output_batch"

    /// What they are called.
    static let names = allCases.map(\.rawValue)

    /// Where its price is.
    var place: ModelPlace {
        switch self {
        case .input: .priceOfInput
        case .output: .priceOfOutput
        case .cacheRead: .priceOfCacheRead
        case .cacheWrite: .priceOfCacheWrite
        case .batchInput: .priceOfBatchInput
        case .batchOutput: .priceOfBatchOutput
        }
    }
}
