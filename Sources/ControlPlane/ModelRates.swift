import JSON
import Model
import Storage

/// What a model costs at a provider, as a list of prices with the conditions of each.
struct ModelRates {
    private let pricing: Pricing

    init(_ pricing: Pricing) {
        self.pricing = pricing
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("currency", "USD")
        writer.key("rates")
        writer.beginArray()
        write(pricing.usual, under: nil, into: &writer)
        for rule in pricing.rules {
            write(prices(under: rule), under: rule, into: &writer)
        }
        for (name, price) in pricing.tools.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.member("type", "tools.\(name)")
            writer.member("unit", "call")
            writer.member("price", price.decimal)
            writer.key("conditions")
            writer.beginObject()
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        writer.member("source", pricing.source)
        writer.member("as_of", pricing.asOf?.description)
        writer.endObject()
    }

    /// What a rule alone makes of the usual prices; of those that it names, where it names some.
    private func prices(under rule: PriceRule) -> TokenRates {
        switch rule.effect {
        case .prices(let prices): return prices
        case .factor: break
        }
        var conditions = PriceConditions(at: Timestamp(unixSecond: 0))
        conditions.tiers = rule.tiers
        var alone = rule
        alone.from = nil
        alone.to = nil
        alone.utcHours = []
        alone.utcDays = Weekdays()
        alone.minPromptTokens = 0
        return Pricing(pricing.usual, rules: [alone]).rates(conditions)
    }

    private func write(
        _ rates: TokenRates,
        under rule: PriceRule?,
        into writer: inout JSONWriter
    ) {
        let kinds: [(type: String, price: TokenPrice?, ttl: String?)] = [
            ("text.input", rates.input, nil),
            ("text.output", rates.output, nil),
            ("text.input_cache_read", rates.cacheRead, nil),
            ("text.input_cache_write", rates.cacheWrite, nil),
            ("text.input_cache_write", rates.cacheWrite1h, "1h"),
        ]
        for (type, price, ttl) in kinds {
            guard let price else { continue }
            writer.beginObject()
            writer.member("type", type)
            writer.member("unit", "million_tokens")
            writer.member("price", price.description)
            writer.key("conditions")
            writer.beginObject()
            if let ttl { writer.member("ttl", ttl) }
            if let rule { writer.conditions(of: rule) }
            writer.endObject()
            writer.endObject()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func conditions(of rule: PriceRule) {
        if rule.minPromptTokens > 0 { member("min_input_tokens", rule.minPromptTokens) }
        if !rule.tiers.isEmpty {
            member("service_tier", rule.tiers.names.joined(separator: "+"))
        }
        if let from = rule.from { member("from", from.description) }
        if let to = rule.to { member("to", to.description) }
        if !rule.utcHours.isEmpty { strings("utc_hours", rule.utcHours.map(\.description)) }
        if !rule.utcDays.isEmpty { strings("utc_days", rule.utcDays.names) }
    }
}
