/// What a model costs at a provider: the usual prices, and rules for what is not usual.
///
/// The rules apply one after the other in their order, each to what those before it made of the
/// prices. All of them look at the request as it begins: a price does not change under way.
package struct Pricing: Hashable, Sendable {
    /// The usual prices; `input` and `output` are there.
    package var usual: TokenRates
    /// What changes them.
    package var rules: [PriceRule]
    /// Calls of the provider's own tools by name, in nano-dollars a call.
    package var tools: [String: NanoDollars]
    /// Where the prices were read; nil for the operator's own.
    package var source: String?
    /// When they were read there.
    package var asOf: CalendarDay?

    /// Prices.
    package init(
        _ usual: TokenRates,
        rules: [PriceRule] = [],
        tools: [String: NanoDollars] = [:],
        source: String? = nil,
        asOf: CalendarDay? = nil
    ) {
        self.usual = usual
        self.rules = rules
        self.tools = tools
        self.source = source
        self.asOf = asOf
    }

    /// The prices that hold for a request as a whole.
    package func rates(_ conditions: PriceConditions) -> TokenRates {
        var rates = usual
        for rule in rules where rule.holds(conditions) {
            switch rule.effect {
            case .prices(let prices): rates.override(with: prices)
            case .factor(let factor): rates.multiply(by: factor)
            }
        }
        return rates
    }

    /// The kinds of service that have prices of their own.
    package var tiers: ServiceTiers {
        rules.reduce(into: []) { $0.formUnion($1.tiers) }
    }

    /// What a count of tokens costs, summed exactly and rounded up once.
    package func cost(
        of usage: Usage,
        at moment: Timestamp,
        tiers: ServiceTiers = []
    ) -> NanoDollars {
        let conditions = PriceConditions(
            at: moment,
            promptTokens: usage.promptTokens,
            tiers: tiers
        )
        return NanoDollars(roundingUp: rates(conditions).picoDollars(of: usage))
    }

    /// What a request of so many tokens would cost if no cache were involved.
    package func estimate(
        input: Int,
        output: Int,
        at moment: Timestamp,
        tiers: ServiceTiers = []
    ) -> NanoDollars {
        cost(of: Usage(input: input, output: output), at: moment, tiers: tiers)
    }
}
