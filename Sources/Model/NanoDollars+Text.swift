extension NanoDollars {
    /// Why a text is no amount.
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case malformed, tooPrecise, tooLarge

        /// What is wrong, in words that follow the name of the field.
        package var description: String {
            switch self {
            case .malformed: "must be an amount in dollars, such as \"5.00\""
            case .tooPrecise: "must not have more than 9 decimals"
            case .tooLarge: "must not be more than \(largestWritten) dollars"
            }
        }
    }

    /// The largest amount that anybody may write, in dollars: sums of many stay far from any end.
    private static let largestWritten: Int64 = 1_000_000_000

    /// Dollars as people write them: `12`, `12.5` or `0.000000001`; no sign, no exponent, digits on
    /// both sides of the point.
    package init(dollars text: String) throws(Problem) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDecimal = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isDecimal else { throw .malformed }
        let decimals = parts.count == 2 ? parts[1] : ""
        guard decimals.utf8.count <= 9 else { throw .tooPrecise }
        guard let whole = Int64(parts[0]), whole <= Self.largestWritten else { throw .tooLarge }
        let padded = decimals + String(repeating: "0", count: 9 - decimals.utf8.count)
        let nanos = whole * 1_000_000_000 + (Int64(padded) ?? 0)
        guard nanos <= Self.largestWritten * 1_000_000_000 else { throw .tooLarge }
        self.init(nanos)
    }
}
