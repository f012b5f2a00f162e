import ControlPlane
import JSON
import Model
import Routing
import Storage

/// A model as it is shown.
struct ModelResource: Resource {
    private let model: ListedModel
    private let now: Timestamp

    init(_ model: ListedModel, at now: Timestamp) {
        self.model = model
        self.now = now
    }

    static let columns = [
        "MODEL", "AUTHOR", "CONTEXT", "OUTPUT", "$ IN", "$ OUT", "PROVIDERS", "NOTE",
    ]

    var row: [String] {
        let facts = model.facts
        let rates = facts.pricing?.rates(PriceConditions(at: now))
        return [
            model.id, facts.author ?? "", facts.maxContextWindow.map(String.init) ?? "",
            facts.maxOutputTokens.map(String.init) ?? "", rates?.input?.description ?? "",
            rates?.output?.description ?? "",
            model.providers.map(\.rawValue).joined(separator: ","), note,
        ]
    }

    private var note: String {
        if model.isVirtual { return "virtual" }
        if let day = model.facts.retired {
            return model.facts.isRetired(at: now) ? "retired \(day)" : "until \(day)"
        }
        return model.facts.deprecated.map { "deprecated \($0)" } ?? ""
    }

    var details: [(title: String, text: String)] {
        zip(ModelResource.columns, row).map { ($0.lowercased(), $1) }
    }

    func write(into writer: inout JSONWriter) {
        let facts = model.facts
        writer.beginObject()
        writer.member("id", model.id)
        writer.strings("aliases", model.isVirtual ? [] : model.offers.first?.aliases ?? [])
        writer.member("display_name", model.displayName)
        writer.member("description", facts.description)
        writer.member("author_id", facts.author)
        writer.key("virtual")
        writer.bool(model.isVirtual)
        writer.strings("input_modalities", facts.inputModalities.names)
        writer.strings("output_modalities", facts.outputModalities.names)
        writer.strings("supported_features", facts.supportedFeatures)
        writer.member("max_context_window", facts.maxContextWindow)
        writer.member("max_output_tokens", facts.maxOutputTokens)
        writer.member("parameter_count", facts.parameterCount)
        writer.member("released", facts.released?.description)
        writer.member("deprecated", facts.deprecated?.description)
        writer.member("retired", facts.retired?.description)
        writer.strings("providers", model.providers.map(\.rawValue))
        writer.key("offers")
        writer.beginArray()
        for offer in model.offers { write(offer, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ offer: ModelOffer, into writer: inout JSONWriter) {
        let facts = offer.facts
        writer.beginObject()
        writer.member("id", "\(offer.provider):\(offer.model)")
        writer.member("provider_id", offer.provider.rawValue)
        writer.member("model", offer.model)
        writer.key("custom")
        writer.bool(offer.isCustom)
        writer.member("max_context_window", facts.maxContextWindow)
        writer.member("max_output_tokens", facts.maxOutputTokens)
        writer.strings("unsupported_params", facts.unsupportedParameters)
        writer.member("quantization", facts.quantization)
        writer.member("data_training_policy", facts.dataTrainingPolicy)
        writer.member("data_retention_days", facts.dataRetentionDays)
        writer.member("data_retention_policy", facts.dataRetentionPolicy)
        writer.key("datacenters")
        writer.beginArray()
        for place in facts.datacenters {
            writer.beginObject()
            writer.member("country_code", place.countryCode)
            writer.member("region", place.region)
            writer.endObject()
        }
        writer.endArray()
        writer.key("pricing")
        if let pricing = facts.pricing { writer.write(pricing) } else { writer.null() }
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member that is a number or nothing.
    fileprivate mutating func member(_ name: String, _ number: Int?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    /// Prices in the form of the catalog's file.
    fileprivate mutating func write(_ pricing: Pricing) {
        beginObject()
        write(pricing.usual)
        if !pricing.tools.isEmpty {
            key("tools")
            beginObject()
            for (name, price) in pricing.tools.sorted(by: { $0.key < $1.key }) {
                key(name)
                string(Millionths.text(price.rawValue))
            }
            endObject()
        }
        key("rules")
        beginArray()
        for rule in pricing.rules { write(rule) }
        endArray()
        member("source", pricing.source)
        member("asOf", pricing.asOf?.description)
        endObject()
    }

    private mutating func write(_ rates: TokenRates) {
        let members: [(String, TokenPrice?)] = [
            ("input", rates.input), ("output", rates.output), ("cache_read", rates.cacheRead),
            ("cache_write", rates.cacheWrite), ("cache_write_1h", rates.cacheWrite1h),
        ]
        for (name, price) in members {
            guard let price else { continue }
            key(name)
            string(price.description)
        }
    }

    private mutating func write(_ rule: PriceRule) {
        beginObject()
        if let from = rule.from { member("from", from.description) }
        if let to = rule.to { member("to", to.description) }
        if !rule.utcHours.isEmpty { strings("utcHours", rule.utcHours.map(\.description)) }
        if !rule.utcDays.isEmpty { strings("utcDays", rule.utcDays.names) }
        if rule.minPromptTokens > 0 { member("minPromptTokens", rule.minPromptTokens) }
        if !rule.tiers.isEmpty { strings("tier", rule.tiers.names) }
        switch rule.effect {
        case .prices(let rates): write(rates)
        case .factor(let factor): member("times", factor.description)
        }
        if let source = rule.source { member("source", source) }
        if let asOf = rule.asOf { member("asOf", asOf.description) }
        endObject()
    }
}
