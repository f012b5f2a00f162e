package import Accounting
package import Model

/// What an attempt came to: for the ledger, which charges it and keeps its usage.
package final class Settlement {
    private var claim: Claim?
    /// What its account is charged; nil when what was set aside returns whole.
    package let charge: NanoDollars?
    /// What it counts in budgets.
    package let list: NanoDollars
    /// What is kept of it; nil where it never began.
    package let event: UsageEvent?

    /// The end of an attempt for which something may have been set aside.
    package init(
        _ claim: consuming Claim?,
        charge: NanoDollars?,
        list: NanoDollars,
        event: UsageEvent?
    ) {
        self.claim = consume claim
        self.charge = charge
        self.list = list
        self.event = event
    }

    /// Whether credits are charged that were set aside: its client sees no end before that is
    /// written.
    package var isAwaited: Bool {
        switch claim {
        case .some(let claim): charge != nil && claim.holdID != nil
        case nil: false
        }
    }

    /// What was set aside: whoever takes it settles or releases it.
    package func takeClaim() -> Claim? { claim.take() }
}
