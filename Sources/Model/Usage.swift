/// The tokens that one answer took, as the provider counted them.
package struct Usage: Equatable, Sendable {
    /// Input tokens that came from no cache and went into none.
    package var input: Int
    /// Output tokens, those of reasoning included.
    package var output: Int
    /// Input tokens read from the provider's cache.
    package var cacheRead: Int
    /// Input tokens written to the provider's cache, whatever their lifetime.
    package var cacheWrite: Int
    /// Of those written: the ones kept for five minutes, where the provider says.
    package var cacheWrite5m: Int?
    /// Of those written: the ones kept for an hour, where the provider says.
    package var cacheWrite1h: Int?
    /// Of the output: the tokens of reasoning.
    package var reasoning: Int

    /// A count; what is left out is zero.
    package init(
        input: Int = 0,
        output: Int = 0,
        cacheRead: Int = 0,
        cacheWrite: Int = 0,
        cacheWrite5m: Int? = nil,
        cacheWrite1h: Int? = nil,
        reasoning: Int = 0
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.reasoning = reasoning
    }
}

extension Usage {
    /// All input tokens, cached or not; beyond counting it is the largest number.
    package var promptTokens: Int {
        let sum = [input, cacheRead, cacheWrite].reduce(Int128(0)) { $0 + Int128(max(0, $1)) }
        return Int(clamping: sum)
    }

    /// The tokens of both.
    package func adding(_ other: Usage) -> Usage {
        func sum(_ first: Int?, _ second: Int?) -> Int? {
            first == nil && second == nil ? nil : (first ?? 0) + (second ?? 0)
        }
        return Usage(
            input: input + other.input,
            output: output + other.output,
            cacheRead: cacheRead + other.cacheRead,
            cacheWrite: cacheWrite + other.cacheWrite,
            cacheWrite5m: sum(cacheWrite5m, other.cacheWrite5m),
            cacheWrite1h: sum(cacheWrite1h, other.cacheWrite1h),
            reasoning: reasoning + other.reasoning
        )
    }
}
