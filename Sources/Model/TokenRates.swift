/// The prices of the kinds of tokens; what has no price of its own costs what input costs.
package struct TokenRates: Hashable, Sendable {
    /// Input tokens that no cache is involved in.
    package var input: TokenPrice?
    /// Output tokens, those of reasoning included.
    package var output: TokenPrice?
    /// Input tokens that were read from the provider's cache.
    package var cacheRead: TokenPrice?
    /// Input tokens that were written to the provider's cache, for five minutes where it has a
    /// choice.
    package var cacheWrite: TokenPrice?
    /// Those written for an hour or longer.
    package var cacheWrite1h: TokenPrice?

    /// The prices that are known.
    package init(
        input: TokenPrice? = nil,
        output: TokenPrice? = nil,
        cacheRead: TokenPrice? = nil,
        cacheWrite: TokenPrice? = nil,
        cacheWrite1h: TokenPrice? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWrite1h = cacheWrite1h
    }

    /// Whether no price is known.
    package var isEmpty: Bool { self == TokenRates() }

    /// Every price that is known.
    package var all: [TokenPrice] {
        [input, output, cacheRead, cacheWrite, cacheWrite1h].compactMap { $0 }
    }

    /// Takes the prices that the other one has.
    mutating func override(with other: TokenRates) {
        input = other.input ?? input
        output = other.output ?? output
        cacheRead = other.cacheRead ?? cacheRead
        cacheWrite = other.cacheWrite ?? cacheWrite
        cacheWrite1h = other.cacheWrite1h ?? cacheWrite1h
    }

    /// Multiplies every price; one that gets too high stays at the highest there is.
    mutating func multiply(by factor: PriceFactor) {
        func product(_ price: TokenPrice?) -> TokenPrice? {
            price.map {
                factor.applied(to: $0)
                    ?? TokenPrice(picoDollars: Millionths.largest * 1_000_000)
            }
        }
        input = product(input)
        output = product(output)
        cacheRead = product(cacheRead)
        cacheWrite = product(cacheWrite)
        cacheWrite1h = product(cacheWrite1h)
    }

    /// The sum of a count of tokens, in pico-dollars.
    func picoDollars(of usage: Usage) -> Int128 {
        let long = max(0, min(usage.cacheWrite1h ?? 0, usage.cacheWrite))
        let plain = input ?? .free
        let short = cacheWrite ?? plain
        let parts: [(count: Int, price: TokenPrice)] = [
            (usage.input, plain), (usage.output, output ?? .free),
            (usage.cacheRead, cacheRead ?? plain), (usage.cacheWrite - long, short),
            (long, cacheWrite1h ?? short),
        ]
        return parts.reduce(0) { sum, part in
            sum + Int128(max(0, part.count)) * Int128(part.price.picoDollars)
        }
    }
}
