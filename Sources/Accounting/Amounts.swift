package import Model

extension NanoDollars {
    /// The sum; beyond the largest amount it stays there.
    package static func + (left: NanoDollars, right: NanoDollars) -> NanoDollars {
        let (sum, overflow) = left.rawValue.addingReportingOverflow(right.rawValue)
        return NanoDollars(overflow ? (right.rawValue > 0 ? .max : .min) : sum)
    }

    /// The difference; beyond the largest debt it stays there.
    package static func - (left: NanoDollars, right: NanoDollars) -> NanoDollars {
        let (rest, overflow) = left.rawValue.subtractingReportingOverflow(right.rawValue)
        return NanoDollars(overflow ? (right.rawValue > 0 ? .min : .max) : rest)
    }
}
