import Model

/// Spans of time as CEL writes them: `1h30m`, `-1.5s`, `100ms`.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Int128)] = [
        // Longer names before those that they begin with.
        ("ms", 1_000_000), ("us", 1000), ("µs", 1000), ("ns", 1), ("h", 3_600_000_000_000),
        ("m", 60_000_000_000), ("s", 1_000_000_000),
    ]

    /// The nanoseconds; nil for another text, and for a span of more than 292 years.
    static func parse(_ text: String) -> Int64? {
        var reader = TextReader(text)
        let isNegative = reader.take("-")
        if !isNegative { _ = reader.take("+") }
        if reader.take("0"), reader.isAtEnd { return 0 }
        reader = TextReader(text)
        _ = reader.take("-") || reader.take("+")
        guard !reader.isAtEnd else { return nil }
        var total: Int128 = 0
        while !reader.isAtEnd {
            guard let whole = reader.number(), let fraction = reader.fraction(),
                let unit = units.first(where: { reader.take($0.name) })
            else { return nil }
            total += Int128(whole) * unit.nanoseconds
            total += Int128(fraction) * unit.nanoseconds / 1_000_000_000
            guard total <= Int128(Int64.max) else { return nil }
        }
        return Int64(exactly: isNegative ? -total : total)
    }

    /// In seconds, as `string()` gives it.
    static func text(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let fraction = fractionText(Int64(magnitude % 1_000_000_000))
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000)\(fraction)s"
    }
}
