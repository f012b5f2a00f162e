import JSON
import Model
import Routing

extension CatalogReader {
    /// The fields that a model and an offer of it share: what may differ among providers.
    static let sharedFields = [
        "modalities", "max_context_window", "max_output_tokens", "supported_features",
        "unsupported_params", "quantization", "data_training_policy", "data_retention_days",
        "data_retention_policy", "datacenters", "pricing", "deprecated", "retired",
    ]

    /// What those fields say.
    mutating func sharedFacts(_ object: CatalogObject) -> ModelFacts {
        var facts = ModelFacts()
        if let value = object["modalities"],
            let both = self.object(value, object.path("modalities"), ["input", "output"])
        {
            facts.inputModalities = modalities(both, "input")
            facts.outputModalities = modalities(both, "output")
        }
        facts.maxContextWindow = count(object, "max_context_window")
        facts.maxOutputTokens = count(object, "max_output_tokens")
        facts.supportedFeatures = names(object, "supported_features")
        facts.unsupportedParameters = names(object, "unsupported_params")
        facts.quantization = name(object, "quantization")
        facts.dataTrainingPolicy = text(object, "data_training_policy")
        facts.dataRetentionDays = count(object, "data_retention_days", 0...36_500)
        facts.dataRetentionPolicy = text(object, "data_retention_policy")
        for (element, path) in elements(object, "datacenters") {
            if let datacenter = datacenter(element, path) { facts.datacenters.append(datacenter) }
        }
        if let value = object["pricing"] {
            facts.pricing = pricing(value, object.path("pricing"))
        }
        facts.deprecated = day(object, "deprecated")
        facts.retired = day(object, "retired")
        return facts
    }

    private mutating func modalities(_ object: CatalogObject, _ field: String) -> Modalities {
        let names = Modality.allCases.map(\.rawValue)
        var kinds: [Modality] = []
        for (element, path) in elements(object, field) {
            guard case .string(let text) = element.content, let kind = Modality(rawValue: text)
            else {
                refuse(
                    "\(path) must be \(ConfigurationReader.alternatives(names))",
                    at: element.range.lowerBound
                )
                continue
            }
            kinds.append(kind)
        }
        return Modalities(kinds)
    }

    private mutating func datacenter(_ value: PlacedValue, _ path: String) -> Datacenter? {
        guard let object = object(value, path, ["country_code", "region"]) else { return nil }
        if object["country_code"] == nil { refuseMissing("country_code", object) }
        let code = self.value(object, "country_code", mustBe: "two letters, such as \"DE\"") {
            $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
                ? $0 : nil
        }
        let region = name(object, "region")
        return code.map { Datacenter(countryCode: $0.uppercased(), region: region ?? "") }
    }

    /// A model with everything that the file says of it.
    mutating func model(_ value: PlacedValue, _ path: String) -> CatalogModel? {
        let own = [
            "id", "display_name", "description", "author", "aliases", "tokens_per_o200k",
            "parameter_count", "released", "metadata", "sources", "providers",
        ]
        guard let object = object(value, path, own + Self.sharedFields) else { return nil }
        let id = neededName(object, "id")
        var facts = sharedFacts(object)
        facts.displayName = text(object, "display_name")
        facts.description = text(object, "description")
        facts.author = neededName(object, "author")
        facts.parameterCount = count(object, "parameter_count", 1...1_000_000_000_000_000)
        facts.released = day(object, "released")
        facts.metadata = metadata(object)
        let sources = names(object, "sources")
        if let factor = object["tokens_per_o200k"] {
            facts.tokensPerO200k = tokensPerO200k(factor, object, hasSource: !sources.isEmpty)
        }
        let aliases = names(object, "aliases")
        var offers: [CatalogOffer] = []
        for (element, path) in elements(object, "providers", isNeeded: true) {
            if let offer = offer(element, path, of: id) { offers.append(offer) }
        }
        return id.map { CatalogModel(id: $0, aliases: aliases, facts: facts, offers: offers) }
    }

    private mutating func tokensPerO200k(
        _ value: PlacedValue,
        _ object: CatalogObject,
        hasSource: Bool
    ) -> PriceFactor? {
        let path = object.path("tokens_per_o200k")
        if !hasSource {
            refuse("\(path) needs 'sources' beside it", at: value.range.lowerBound)
        }
        let factor = decimal(value, path) { text throws(Millionths.Problem) in
            try PriceFactor(text)
        }
        if let factor, !(100_000...10_000_000).contains(factor.millionths) {
            refuse("\(path) must be from 0.1 to 10", at: value.range.lowerBound)
        }
        return factor
    }

    private mutating func metadata(_ object: CatalogObject) -> String? {
        guard let value = object["metadata"] else { return nil }
        guard case .object = value.content, value.range.count <= Limits.metadataBytes else {
            refuse(
                "\(object.path("metadata")) must be an object of at most "
                    + "\(Limits.metadataBytes) bytes",
                at: value.range.lowerBound
            )
            return nil
        }
        return text(of: value)
    }

    private mutating func offer(
        _ value: PlacedValue,
        _ path: String,
        of model: String?
    ) -> CatalogOffer? {
        guard let object = object(value, path, ["id", "model"] + Self.sharedFields) else {
            return nil
        }
        let provider = neededName(object, "id")
        let name = name(object, "model") ?? model
        let facts = sharedFacts(object)
        guard let provider, let name else { return nil }
        return CatalogOffer(provider: ProviderID(provider), model: name, facts: facts)
    }

    /// Who makes models.
    mutating func author(_ value: PlacedValue, _ path: String) -> CatalogAuthor? {
        guard let object = object(value, path, ["id", "display_name", "aliases"]) else {
            return nil
        }
        let id = neededName(object, "id")
        let displayName = text(object, "display_name")
        let aliases = names(object, "aliases")
        return id.map { CatalogAuthor(id: $0, displayName: displayName ?? $0, aliases: aliases) }
    }
}
