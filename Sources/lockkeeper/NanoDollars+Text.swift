import JSON
import Model

extension NanoDollars {
    /// Dollars with nine decimals, as the control plane has them.
    var decimal: String {
        let (whole, rest) = rawValue.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(rawValue < 0 ? "-" : "")\(whole).\(String(rest + 1_000_000_000).dropFirst())"
    }

    /// Whole cents, rounded down.
    var cents: Int {
        let (quotient, rest) = rawValue.quotientAndRemainder(dividingBy: 10_000_000)
        return Int(rest < 0 ? quotient - 1 : quotient)
    }
}

extension JSONWriter {
    /// A member that is an amount of dollars.
    mutating func member(_ name: StaticString, _ amount: NanoDollars) {
        member(name, amount.decimal)
    }
}
