/// What one token costs, in whole pico-dollars: a dollar per million tokens is a million of them.
package struct TokenPrice: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Pico-dollars a token.
    package let picoDollars: Int64

    /// Nothing.
    package static let free = TokenPrice(picoDollars: 0)

    /// So many pico-dollars a token.
    package init(picoDollars: Int64) {
        self.picoDollars = picoDollars
    }

    /// A price as lists have it, `2.50`: dollars per million tokens, at most 6 decimals.
    package init(dollarsPerMillion text: String) throws(Millionths.Problem) {
        picoDollars = try Millionths.parse(text)
    }

    /// Dollars per million tokens.
    package var description: String { Millionths.text(picoDollars) }

    /// Dollars per million tokens, maybe rounded: for expressions, never for sums.
    package var dollarsPerMillion: Double { Double(picoDollars) / 1_000_000 }

    package static func < (left: TokenPrice, right: TokenPrice) -> Bool {
        left.picoDollars < right.picoDollars
    }
}

/// What prices are multiplied by, in whole millionths.
package struct PriceFactor: Hashable, Sendable, CustomStringConvertible {
    /// Millionths.
    package let millionths: Int64

    /// So many millionths.
    package init(millionths: Int64) {
        self.millionths = millionths
    }

    /// A factor such as `0.5`, at most 6 decimals.
    package init(_ text: String) throws(Millionths.Problem) {
        millionths = try Millionths.parse(text)
    }

    /// The factor as a decimal number.
    package var description: String { Millionths.text(millionths) }

    /// A price times the factor, rounded up to whole pico-dollars; nil when that is beyond all
    /// prices.
    package func applied(to price: TokenPrice) -> TokenPrice? {
        let product = Int128(price.picoDollars) * Int128(millionths)
        let rounded = (product + 999_999) / 1_000_000
        guard rounded <= Int128(Millionths.largest) * 1_000_000 else { return nil }
        return TokenPrice(picoDollars: Int64(rounded))
    }

    /// Whether a price times the factor is a whole number of pico-dollars.
    package func isExact(for price: TokenPrice) -> Bool {
        Int128(price.picoDollars) * Int128(millionths) % 1_000_000 == 0
    }
}

/// An amount of money in whole nano-dollars.
package struct NanoDollars: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Nano-dollars; negative for a debt.
    package let rawValue: Int64

    /// Nothing.
    package static let zero = NanoDollars(0)

    /// So many nano-dollars.
    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The sum of so many pico-dollars, not negative, rounded up; an overflow is the largest amount.
    package init(roundingUp picoDollars: Int128) {
        rawValue = Int64(clamping: (picoDollars + 999) / 1000)
    }

    /// Dollars with all decimals that count: `0.0000025`.
    package var description: String {
        let (whole, rest) = rawValue.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let sign = rawValue < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        var fraction = String(rest + 1_000_000_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }

    package static func < (left: NanoDollars, right: NanoDollars) -> Bool {
        left.rawValue < right.rawValue
    }
}
