package import Model

/// At which balances an account is warned.
package struct WarningThresholds: Equatable, Sendable {
    private let falling: [NanoDollars]

    /// The thresholds, in any order.
    package init(_ amounts: [NanoDollars]) {
        falling = amounts.sorted(by: >)
    }

    /// The lowest threshold that a balance reached in falling so far; nil when it reached none.
    ///
    /// One that it was at or below before is none: each crossing is told once.
    package func crossed(from before: NanoDollars, to after: NanoDollars) -> NanoDollars? {
        falling.last { before > $0 && after <= $0 }
    }
}
