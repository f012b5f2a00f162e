/// How much one request may ask of a gateway.
package struct RequestLimits: Equatable, Sendable {
    /// The most tokens that go in, as estimated; nil for no limit.
    package var maxInputTokens: Int?
    /// The most tokens that come out; nil for no limit.
    package var maxOutputTokens: Int?

    /// Limits; none unless said.
    package init(maxInputTokens: Int? = nil, maxOutputTokens: Int? = nil) {
        self.maxInputTokens = maxInputTokens
        self.maxOutputTokens = maxOutputTokens
    }
}
