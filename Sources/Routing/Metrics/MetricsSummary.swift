/// What was measured of a model or a key over the last minutes; all zero where nothing was.
package struct MetricsSummary: Equatable, Sendable {
    /// The attempts that had an outcome: those that served, and those that failed.
    package var requestCount = 0
    /// What the gateway itself took before an attempt began.
    package var gateway = Timing()
    /// What attempts took that served, from their beginning to their end.
    package var upstream = Timing()
    /// From an attempt's beginning to the first content of its stream.
    package var timeToFirstToken = Timing()
    /// From the first content of a stream to its end, for each token of the output.
    package var timePerOutputToken = Timing()
    /// How many of the attempts failed.
    package var errors = ErrorRates()
    /// The tokens that the providers counted.
    package var tokens = TokenTotals()
    /// What the provider says is left; known of keys only.
    package var quota = KeyQuota()

    /// Nothing was measured.
    package init() {}

    /// Nothing was measured.
    package static let none = MetricsSummary()
}

/// How long something took, in milliseconds with their fractions.
package struct Timing: Equatable, Sendable {
    /// The arithmetic mean.
    package var average = 0.0
    /// What 95 of a hundred did not exceed, told within an eighth.
    package var p95 = 0.0

    /// Nothing took any time.
    package init(average: Double = 0, p95: Double = 0) {
        self.average = average
        self.p95 = p95
    }
}

/// Shares of the attempts that failed, each from 0 to 1.
package struct ErrorRates: Equatable, Sendable {
    /// All of them.
    package var total = 0.0
    /// Those that took too long.
    package var timeout = 0.0
    /// Those that were answered with 429.
    package var rateLimit = 0.0
    /// Those that were answered with another 4xx.
    package var client = 0.0
    /// Those that the provider failed: a 5xx, no connection, a broken answer.
    package var server = 0.0

    /// No errors.
    package init() {}
}

/// Tokens of many answers together, as the providers counted them.
package struct TokenTotals: Equatable, Sendable {
    /// Input that came from no cache and went into none.
    package var input = 0
    /// Output, that of reasoning included.
    package var output = 0
    /// Input read from a provider's cache.
    package var cacheRead = 0
    /// Input written to a provider's cache.
    package var cacheWrite = 0
    /// Of the output: reasoning.
    package var reasoning = 0

    /// No tokens.
    package init() {}
}

/// What a provider last said is left of a key's rate limits; nil where it did not say.
package struct KeyQuota: Equatable, Sendable {
    /// The requests left.
    package var remainingRequests: Int? {
        get { remaining.requests.number }
        set { remaining.requests = Count(newValue) }
    }
    /// The tokens left.
    package var remainingTokens: Int? {
        get { remaining.tokens.number }
        set { remaining.tokens = Count(newValue) }
    }
    /// The requests that there are in all.
    package var limitRequests: Int? {
        get { limit.requests.number }
        set { limit.requests = Count(newValue) }
    }
    /// The tokens that there are in all.
    package var limitTokens: Int? {
        get { limit.tokens.number }
        set { limit.tokens = Count(newValue) }
    }

    private var remaining = Pair()
    private var limit = Pair()

    private struct Pair: Equatable {
        var requests = Count(nil)
        var tokens = Count(nil)
    }

    /// A number of half the size: a quota is copied with every sample.
    private struct Count: Equatable {
        private let bits: UInt32

        init(_ number: Int?) {
            bits = number.map { UInt32(clamping: min($0, Int(UInt32.max) - 1)) } ?? .max
        }

        var number: Int? { bits == .max ? nil : Int(bits) }
    }

    /// Nothing is known.
    package init() {}

    /// Whether nothing is known.
    package var isUnknown: Bool { self == KeyQuota() }
}
