package import Model

/// What a request costs at one candidate: the prices that hold as it begins, and our own fee.
///
/// All sums are exact, in pico-dollars; what is charged is rounded up once, to nano-dollars.
package struct Tariff: Sendable {
    private let pricing: Pricing?
    private let fee: TokenPrice
    private let moment: Timestamp
    private let tiers: ServiceTiers

    /// The tariff of a request that begins at a moment.
    ///
    /// - Parameters:
    ///   - pricing: the candidate's prices; nil where the provider is paid by its own key.
    ///   - fee: what is charged for each token besides.
    ///   - tiers: the kinds of service that the request asks for.
    package init(
        _ pricing: Pricing?,
        fee: TokenPrice,
        at moment: Timestamp,
        tiers: ServiceTiers = []
    ) {
        self.pricing = pricing
        self.fee = fee
        self.moment = moment
        self.tiers = tiers
    }

    /// What these tokens cost.
    package func charge(for usage: Usage) -> Charge {
        let usage = usage.withoutNegatives
        let rates = rates(promptTokens: usage.promptTokens)
        let plain = rates.input ?? .free
        let short = rates.cacheWrite ?? plain
        let long = min(usage.cacheWrite1h ?? 0, usage.cacheWrite)
        let feeOfInput = [usage.input, usage.cacheRead, usage.cacheWrite].map(fee.times)
        return Charge(
            input: plain.times(usage.input),
            output: (rates.output ?? .free).times(usage.output),
            cacheRead: (rates.cacheRead ?? plain).times(usage.cacheRead),
            cacheWrite5m: short.times(usage.cacheWrite - long),
            cacheWrite1h: (rates.cacheWrite1h ?? short).times(long),
            fee: feeOfInput.reduce(fee.times(usage.output), +)
        )
    }

    /// What a request can cost at most: so much input, each token at the dearest price that it may
    /// have, and so much output, in the dearest tier that a prompt of at most that length may reach.
    package func bound(input: Int, output: Int, caches: PromptCaching) -> NanoDollars {
        let worst = worstRates(input: input, caches)
        return NanoDollars(
            roundingUp: worst.input.times(input) + worst.output.times(output)
        )
    }

    /// How much output an amount pays beside the input, at the prices of ``bound(input:output:caches:)``;
    /// nil when there is no end of it, as output costs nothing.
    package func output(
        payableWith amount: NanoDollars,
        besides input: Int,
        caches: PromptCaching
    ) -> Int? {
        let worst = worstRates(input: input, caches)
        let rest = Int128(amount.rawValue) * 1000 - worst.input.times(input)
        guard rest >= 0 else { return 0 }
        guard worst.output > TokenPrice.free else { return nil }
        return Int(clamping: rest / Int128(worst.output.picoDollars))
    }

    private func rates(promptTokens: Int) -> TokenRates {
        guard let pricing else { return TokenRates() }
        return pricing.rates(
            PriceConditions(at: moment, promptTokens: promptTokens, tiers: tiers)
        )
    }

    /// The dearest price of an input and of an output token, the fee included.
    private func worstRates(
        input: Int,
        _ caches: PromptCaching
    ) -> (input: TokenPrice, output: TokenPrice) {
        let reachable = (pricing?.rules.map(\.minPromptTokens) ?? []).filter { $0 < input }
        var dearest = (input: TokenPrice.free, output: TokenPrice.free)
        for promptTokens in [0, input] + reachable {
            let rates = rates(promptTokens: promptTokens)
            let plain = rates.input ?? .free
            var kinds = [plain, rates.cacheRead ?? plain, rates.cacheWrite ?? plain]
            if caches == .forAnHour { kinds += [rates.cacheWrite1h ?? plain] }
            dearest.input = max(dearest.input, kinds.max() ?? plain)
            dearest.output = max(dearest.output, rates.output ?? .free)
        }
        return (dearest.input.adding(fee), dearest.output.adding(fee))
    }
}

/// For how long a request asks its provider to keep its input, at most.
package enum PromptCaching: Sendable {
    /// As long as the provider does by itself, or five minutes.
    case briefly
    /// For an hour or longer, which is dearer.
    case forAnHour
}

extension TokenPrice {
    /// The pico-dollars of so many tokens.
    fileprivate func times(_ count: Int) -> Int128 {
        Int128(max(0, count)) * Int128(picoDollars)
    }

    fileprivate func adding(_ other: TokenPrice) -> TokenPrice {
        TokenPrice(picoDollars: picoDollars + other.picoDollars)
    }
}

extension Usage {
    /// What a provider must not say counts as nothing.
    fileprivate var withoutNegatives: Usage {
        var usage = self
        usage.input = max(0, input)
        usage.output = max(0, output)
        usage.cacheRead = max(0, cacheRead)
        usage.cacheWrite = max(0, cacheWrite)
        usage.cacheWrite1h = cacheWrite1h.map { max(0, $0) }
        return usage
    }
}
