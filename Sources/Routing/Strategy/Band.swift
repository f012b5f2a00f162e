package import Model

/// How much a request asks of a model, and how able a model is taken to be.
///
/// Of all that is known of every model, the price of its output says best how able its maker takes
/// it to be.
package enum Band: Int, CaseIterable, Comparable, Sendable, CustomStringConvertible {
    case low, medium, high

    /// `low`, `medium`, `high`.
    package var description: String {
        switch self {
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        }
    }

    package static func < (one: Band, other: Band) -> Bool { one.rawValue < other.rawValue }
}

// MARK: What a request asks

extension Band {
    /// Something of a request that asks for an abler model.
    package struct Sign: Equatable, Sendable {
        /// In words, as `lockkeeper route` prints it.
        package let text: String
        /// How much it weighs.
        package let points: Int
    }

    /// The band of a request: two points make it medium, four high.
    package init(of traits: RequestTraits) {
        let points = Band.signs(of: traits).reduce(0) { $0 + $1.points }
        self = points >= 4 ? .high : points >= 2 ? .medium : .low
    }

    /// What speaks for an abler model than the smallest.
    package static func signs(of traits: RequestTraits) -> [Sign] {
        [
            sign("tokens", traits.estimatedInputTokens, from: [(2000, 1), (16_000, 2)]),
            sign("percent of code", traits.codePercent, from: [(1, 1), (40, 2)]),
            sign("tools", traits.toolCount, from: [(1, 1), (8, 2)]),
            sign("images", traits.imageCount, from: [(1, 1)]),
            sign("turns", traits.turnCount, from: [(12, 1)]),
            sign("tokens of output", traits.maxOutputTokens ?? 0, from: [(8000, 1)]),
            traits.asksReasoning ? Sign(text: "reasoning", points: 2) : nil,
        ].compactMap(\.self)
    }

    /// The points of the highest step that a number reaches.
    private static func sign(
        _ what: String,
        _ number: Int,
        from steps: [(least: Int, points: Int)]
    ) -> Sign? {
        steps.last { number >= $0.least }.map { Sign(text: "\(number) \(what)", points: $0.points) }
    }
}

// MARK: How able a model is

extension Band {
    /// The most that a million tokens of output cost in a band; what costs more is in the next.
    package static let outputPrices: [(band: Band, price: NanoDollars)] = [
        (.low, NanoDollars(2_000_000_000)), (.medium, NanoDollars(10_000_000_000)),
    ]

    /// The band of a model; nil without a price.
    package init?(of facts: ModelFacts, at moment: Timestamp) {
        guard let pricing = facts.pricing else { return nil }
        let price = pricing.estimate(input: 0, output: 1_000_000, at: moment)
        self = Band.outputPrices.first { price <= $0.price }?.band ?? .high
    }
}
