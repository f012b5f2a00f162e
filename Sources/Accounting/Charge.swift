package import Model

/// What one attempt costs, part by part, in pico-dollars: the parts are exact, the total is rounded.
package struct Charge: Equatable, Sendable {
    /// Input that no cache is involved in.
    package let input: Int128
    /// Output, reasoning included.
    package let output: Int128
    /// Input read from the provider's cache.
    package let cacheRead: Int128
    /// Input written to it for five minutes.
    package let cacheWrite5m: Int128
    /// Input written to it for an hour.
    package let cacheWrite1h: Int128
    /// What the gateway takes.
    package let fee: Int128

    /// Nothing.
    package static let nothing = Charge(
        input: 0,
        output: 0,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        fee: 0
    )

    /// A cost of these parts.
    package init(
        input: Int128,
        output: Int128,
        cacheRead: Int128,
        cacheWrite5m: Int128,
        cacheWrite1h: Int128,
        fee: Int128
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite5m = cacheWrite5m
        self.cacheWrite1h = cacheWrite1h
        self.fee = fee
    }

    /// The sum of the parts.
    package var picoDollars: Int128 {
        input + output + cacheRead + cacheWrite5m + cacheWrite1h + fee
    }

    /// What is charged: the sum, rounded up once.
    package var total: NanoDollars { NanoDollars(roundingUp: picoDollars) }
}
