/// What a key or the keys of a configuration may cost in a stretch of time.
package struct Budget: Equatable, Sendable {
    /// The stretches; all begin at midnight UTC, weeks on Monday.
    package enum Period: String, CaseIterable, Sendable {
        case day, week, month, total
    }

    /// Which traffic counts.
    package enum Scope: String, CaseIterable, Sendable {
        case all, managed
    }

    /// How much.
    package let amount: NanoDollars
    /// In which time.
    package let period: Period
    /// Of which traffic.
    package let scope: Scope

    /// So much in each stretch.
    package init(_ amount: NanoDollars, each period: Period, of scope: Scope) {
        self.amount = amount
        self.period = period
        self.scope = scope
    }
}
