import Accounting
import Model
import Testing

/// A moment by its text.
func moment(_ text: String) throws -> Timestamp {
    try #require(Timestamp(text))
}

/// Prices in dollars per million tokens.
func rates(
    _ input: String,
    _ output: String,
    read: String? = nil,
    write: String? = nil,
    long: String? = nil
) throws -> TokenRates {
    func price(_ text: String?) throws -> TokenPrice? {
        guard let text else { return nil }
        return try TokenPrice(dollarsPerMillion: text)
    }
    return TokenRates(
        input: try price(input),
        output: try price(output),
        cacheRead: try price(read),
        cacheWrite: try price(write),
        cacheWrite1h: try price(long)
    )
}

/// A rule with its conditions.
func rule(_ effect: PriceRule.Effect, _ change: (inout PriceRule) -> Void) -> PriceRule {
    var rule = PriceRule(effect)
    change(&rule)
    return rule
}

/// The prices of some models, with all the kinds of rules that there are.
func pricing(_ model: String) throws -> Pricing {
    switch model {
    case "gpt-6.1-sol":
        let long = rule(.prices(try rates("4", "15", read: "0.2", write: "5"))) {
            $0.minPromptTokens = 272_001
        }
        let tiers = try [("batch", "0.5"), ("flex", "0.5"), ("priority", "2")].map { name, factor in
            rule(.factor(try PriceFactor(factor))) { $0.tiers = ServiceTiers(name: name) ?? [] }
        }
        return Pricing(try rates("2", "10", read: "0.1", write: "2.5"), rules: [long] + tiers)
    case "gemini-3.1-pro-preview":
        let long = rule(.prices(try rates("4", "18", read: "0.4"))) { $0.minPromptTokens = 200_001 }
        return Pricing(try rates("2", "12", read: "0.2"), rules: [long])
    case "gemini-4-argon":
        let from = try moment("2026-12-01T00:00:00Z")
        let doubled = rule(.factor(try PriceFactor("2"))) { $0.from = from }
        return Pricing(try rates("2", "10", read: "0.1"), rules: [doubled])
    case "deepseek-v4-pro":
        let hours = try ["01:00-04:00", "06:00-10:00"].map { try #require(DailyHours($0)) }
        let peak = rule(.prices(try rates("1.32", "3.96", read: "0.044"))) { $0.utcHours = hours }
        return Pricing(try rates("0.66", "1.98", read: "0.022"), rules: [peak])
    case "claude-opus-5-5":
        let regional = rule(.factor(try PriceFactor("1.1"))) { $0.tiers = .regional }
        return Pricing(
            try rates("4", "20", read: "0.2", write: "5", long: "8"),
            rules: [regional]
        )
    case "claude-3-7-sonnet":
        return Pricing(try rates("3", "15", read: "0.3", write: "3.75", long: "6"))
    default: return Pricing(try rates("0.000001", "0.000001"))
    }
}

/// The tariff of a model.
func tariff(
    _ model: String,
    at time: String = "2026-11-21T12:00:00Z",
    _ tiers: ServiceTiers = [],
    fee: String = "0"
) throws -> Tariff {
    Tariff(
        try pricing(model),
        fee: try TokenPrice(dollarsPerMillion: fee),
        at: try moment(time),
        tiers: tiers
    )
}
