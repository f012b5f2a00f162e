package import Routing

/// How much one request may ask of a gateway.
package struct RequestLimits: Equatable, Sendable {
    /// The most tokens that go in, as estimated or counted; nil for no limit.
    package var maxInputTokens: Int?
    /// The most tokens that come out; nil for no limit.
    package var maxOutputTokens: Int?

    /// Limits; none unless said.
    package init(maxInputTokens: Int? = nil, maxOutputTokens: Int? = nil) {
        self.maxInputTokens = maxInputTokens
        self.maxOutputTokens = maxOutputTokens
    }

    /// Whether the limit of what goes in lies where the estimate may be wrong.
    package func areOpen(for traits: RequestTraits) -> Bool {
        guard let limit = maxInputTokens, !traits.isCounted else { return false }
        let estimate = traits.estimatedInputTokens
        return estimate > limit
            ? estimate / 2 <= limit
            : Int(clamping: Int128(estimate) * Int128(InputBound.percentOfEstimate) / 100) > limit
    }
}
