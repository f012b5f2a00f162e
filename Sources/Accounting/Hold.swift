package import Model

/// The number of a hold, never used twice by a worker.
package struct HoldID: Hashable, Comparable, Sendable {
    /// The number.
    package let number: Int64

    /// That number.
    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: HoldID, right: HoldID) -> Bool {
        left.number < right.number
    }
}

/// Credits set aside for one attempt: to be settled or released exactly once.
///
/// That holds by construction: both take the hold away, and one that is dropped instead ends a debug
/// build. In a release its row in the journal is settled at the next start.
package struct Hold: ~Copyable, Sendable {
    /// Which it is.
    package let id: HoldID
    /// What is set aside.
    package internal(set) var amount: NanoDollars

    init(_ id: HoldID, _ amount: NanoDollars) {
        self.id = id
        self.amount = amount
    }

    deinit { assertionFailure("a hold was dropped, neither settled nor released") }

    /// Ends it, and says which it was: whoever calls this answers for what becomes of the money.
    package consuming func keepNumber() -> HoldID {
        let id = id
        discard self
        return id
    }
}

/// How much a request wants set aside.
package struct HoldSize: Equatable, Sendable {
    /// What it needs at most, or for now.
    package let wanted: NanoDollars
    /// What it takes of a balance that others need too.
    package let modest: NanoDollars
    /// The least with which it can begin.
    package let least: NanoDollars

    /// A size; a request that can't begin with less wants the least.
    ///
    /// - Parameter modest: what it is content with where more would leave too little to others; nil
    ///   where it is not content with less than it wants.
    package init(wanted: NanoDollars, least: NanoDollars, modest: NanoDollars? = nil) {
        self.wanted = max(wanted, least)
        self.modest = max(min(modest ?? wanted, wanted), least)
        self.least = least
    }

    /// What is held of so much that is free: more than is modest only where as much is left for
    /// many others.
    func amount(of free: NanoDollars) -> NanoDollars {
        let share = NanoDollars(free.rawValue / Self.sharers)
        return min(wanted, max(modest, share), free)
    }

    /// How many requests at once should find what they need.
    private static let sharers: Int64 = 64
}

/// What becomes of a request for a hold.
package enum HoldOutcome: ~Copyable, Sendable {
    /// Set aside, between the least and what was wanted.
    case held(Hold)
    /// There is money enough, but other requests hold it: they may give some back.
    case heldByOthers
    /// The account can't pay the least, whatever the others give back.
    case exhausted
}
