/// What decides which prices hold for a request, all of it known when the request begins.
package struct PriceConditions: Hashable, Sendable {
    /// When it begins.
    package var moment: Timestamp
    /// All its input tokens, cached ones too.
    package var promptTokens: Int
    /// The kinds of service it asks for.
    package var tiers: ServiceTiers

    /// Conditions of a request.
    package init(at moment: Timestamp, promptTokens: Int = 0, tiers: ServiceTiers = []) {
        self.moment = moment
        self.promptTokens = promptTokens
        self.tiers = tiers
    }
}

/// Other prices than the usual ones, for requests that meet all the conditions it has.
package struct PriceRule: Hashable, Sendable {
    /// What it does to the prices found so far.
    package enum Effect: Hashable, Sendable {
        /// These take the place of those; kinds that have none here keep theirs.
        case prices(TokenRates)
        /// All are multiplied.
        case factor(PriceFactor)
    }

    /// The first moment at which it holds.
    package var from: Timestamp?
    /// The first moment at which it holds no more.
    package var to: Timestamp?
    /// The hours at which it holds; at all of them where there are none.
    package var utcHours: [DailyHours] = []
    /// The days of the week on which it holds; on all of them where there are none.
    package var utcDays = Weekdays()
    /// The least input tokens of a request, which then costs these prices as a whole.
    package var minPromptTokens = 0
    /// The kinds of service that it is for, all of them.
    package var tiers: ServiceTiers = []
    /// What it does.
    package var effect: Effect
    /// Where it was read, where that is not where the usual prices were.
    package var source: String?
    /// When it was read there.
    package var asOf: CalendarDay?

    /// A rule without conditions.
    package init(_ effect: Effect) {
        self.effect = effect
    }

    /// Whether the request meets the conditions.
    package func holds(_ conditions: PriceConditions) -> Bool {
        if let from, conditions.moment < from { return false }
        if let to, conditions.moment >= to { return false }
        return conditions.promptTokens >= minPromptTokens && conditions.tiers.isSuperset(of: tiers)
            && (utcDays.isEmpty || utcDays.contains(conditions.moment))
            && (utcHours.isEmpty || utcHours.contains { $0.contains(conditions.moment) })
    }
}
