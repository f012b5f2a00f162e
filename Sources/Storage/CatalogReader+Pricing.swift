import JSON
import Model
import Routing

extension CatalogReader {
    private static let rateFields = [
        "input", "output", "cache_read", "cache_write", "cache_write_1h",
    ]

    /// What a model costs; a price without a source is none.
    mutating func pricing(_ value: PlacedValue, _ path: String) -> Pricing? {
        let fields = Self.rateFields + ["tools", "rules", "source", "asOf"]
        guard let object = object(value, path, fields) else { return nil }
        for field in ["input", "output", "source", "asOf"] where object[field] == nil {
            refuseMissing(field, object)
        }
        var pricing = Pricing(rates(object))
        pricing.tools = tools(object)
        pricing.source = text(object, "source")
        pricing.asOf = day(object, "asOf")
        for (element, path) in elements(object, "rules") {
            guard let rule = rule(element, path) else { continue }
            if case .factor(let factor) = rule.effect {
                refuseInexact(factor, pricing, path, at: element.range.lowerBound)
            }
            pricing.rules.append(rule)
        }
        return pricing
    }

    private mutating func rates(_ object: CatalogObject) -> TokenRates {
        TokenRates(
            input: price(object, "input"),
            output: price(object, "output"),
            cacheRead: price(object, "cache_read"),
            cacheWrite: price(object, "cache_write"),
            cacheWrite1h: price(object, "cache_write_1h")
        )
    }

    private mutating func price(_ object: CatalogObject, _ field: String) -> TokenPrice? {
        guard let value = object[field] else { return nil }
        return decimal(value, object.path(field)) { text throws(Millionths.Problem) in
            try TokenPrice(dollarsPerMillion: text)
        }
    }

    /// Prices of calls, in the file in dollars for a thousand: a millionth of that is a
    /// nano-dollar a call.
    private mutating func tools(_ object: CatalogObject) -> [String: NanoDollars] {
        guard let value = object["tools"] else { return [:] }
        let path = object.path("tools")
        guard case .object(let members) = value.content else {
            refuse("\(path) must be an object", at: value.range.lowerBound)
            return [:]
        }
        var tools: [String: NanoDollars] = [:]
        for member in members {
            if Self.name(member.name) == nil {
                refuse("\(path) has a tool without a name", at: member.nameStart)
            }
            let price = decimal(member.value, "\(path).\(member.name)") {
                text throws(Millionths.Problem) in NanoDollars(try Millionths.parse(text))
            }
            tools[member.name] = price
        }
        return tools
    }

    private mutating func rule(_ value: PlacedValue, _ path: String) -> PriceRule? {
        let conditions = ["from", "to", "utcHours", "utcDays", "minPromptTokens", "tier"]
        let fields = conditions + Self.rateFields + ["times", "source", "asOf"]
        guard let object = object(value, path, fields) else { return nil }
        let start = value.range.lowerBound
        if !conditions.contains(where: { object[$0] != nil }) {
            refuse(
                "\(path) has no condition: \(conditions.joined(separator: ", "))",
                at: start
            )
        }
        guard let effect = effect(object, path, at: start) else { return nil }
        var rule = PriceRule(effect)
        rule.from = moment(object, "from")
        rule.to = moment(object, "to")
        if let from = rule.from, let to = rule.to, from >= to {
            refuse("\(path) ends before it begins", at: start)
        }
        for (element, path) in elements(object, "utcHours") {
            let expectation = "hours of the day in UTC, such as \"01:00-04:00\""
            if let hours = self.value(element, path, mustBe: expectation, DailyHours.init) {
                rule.utcHours.append(hours)
            }
        }
        for (element, path) in elements(object, "utcDays") {
            let days = ConfigurationReader.alternatives(Weekdays.names)
            rule.utcDays =
                self.value(element, path, mustBe: days, rule.utcDays.adding) ?? rule.utcDays
        }
        rule.minPromptTokens = count(object, "minPromptTokens") ?? 0
        rule.tiers = tiers(object)
        rule.source = text(object, "source")
        rule.asOf = day(object, "asOf")
        return rule
    }

    private mutating func effect(
        _ object: CatalogObject,
        _ path: String,
        at start: Int
    ) -> PriceRule.Effect? {
        let rates = rates(object)
        if let value = object["times"] {
            if !rates.isEmpty { refuse("\(path) has both prices and 'times'", at: start) }
            let factor = decimal(value, object.path("times")) { text throws(Millionths.Problem) in
                try PriceFactor(text)
            }
            return factor.map { .factor($0) }
        }
        if rates.isEmpty, !Self.rateFields.contains(where: { object[$0] != nil }) {
            refuse("\(path) has neither a price nor 'times'", at: start)
        }
        return .prices(rates)
    }

    /// One tier, or several that a request must have together.
    private mutating func tiers(_ object: CatalogObject) -> ServiceTiers {
        guard let value = object["tier"] else { return [] }
        let values: [PlacedValue]
        if case .array(let elements) = value.content { values = elements } else { values = [value] }
        var tiers: ServiceTiers = []
        for value in values {
            guard case .string(let text) = value.content, let tier = ServiceTiers(name: text) else {
                refuse(
                    "\(object.path("tier")) must be "
                        + ConfigurationReader.alternatives(ServiceTiers.names),
                    at: value.range.lowerBound
                )
                continue
            }
            tiers.formUnion(tier)
        }
        return tiers
    }

    /// A sum is exact only if all prices in it are.
    private mutating func refuseInexact(
        _ factor: PriceFactor,
        _ pricing: Pricing,
        _ path: String,
        at start: Int
    ) {
        let changed = pricing.rules.flatMap { rule -> [TokenPrice] in
            if case .prices(let rates) = rule.effect { rates.all } else { [] }
        }
        let inexact = (pricing.usual.all + changed).first { !factor.isExact(for: $0) }
        if let inexact {
            refuse("\(path).times makes more than 6 decimals of the price \(inexact)", at: start)
        }
    }
}
