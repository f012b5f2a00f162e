package import Access

extension GatewayConfiguration {
    /// The same as it serves an account: of each limit the lesser.
    package func tightened(by settings: AccountSettings?) -> GatewayConfiguration {
        guard let settings else { return self }
        var tightened = self
        if let total = settings.totalTimeout { tightened.totalTimeout = min(total, totalTimeout) }
        if let one = settings.perRequestTimeout {
            tightened.perRequestTimeout = min(one, perRequestTimeout)
        }
        tightened.maxInputTokens = Self.lesser(maxInputTokens, settings.maxInputTokens)
        tightened.maxOutputTokens = Self.lesser(maxOutputTokens, settings.maxOutputTokens)
        return tightened
    }

    private static func lesser(_ one: Int?, _ other: Int?) -> Int? {
        [one, other].compactMap(\.self).min()
    }

    /// The limits that accounts may tighten, as they are for one: each with its value, and whether
    /// that is the account's doing.
    package func limits(
        under settings: AccountSettings?
    ) -> [(name: String, value: String?, isOfAccount: Bool)] {
        let tightened = tightened(by: settings)
        func limit<Value: Equatable>(
            _ name: String,
            _ value: (GatewayConfiguration) -> Value?,
            _ text: (Value) -> String
        ) -> (name: String, value: String?, isOfAccount: Bool) {
            (name, value(tightened).map(text), value(tightened) != value(self))
        }
        return [
            limit("total_timeout", \.totalTimeout, ConfigurationQuantity.text),
            limit("per_request_timeout", \.perRequestTimeout, ConfigurationQuantity.text),
            limit("max_input_tokens", \.maxInputTokens) { "\($0)" },
            limit("max_output_tokens", \.maxOutputTokens) { "\($0)" },
        ]
    }
}
