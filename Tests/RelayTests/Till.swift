import Accounting
import Model

@testable import Relay

/// Plays the cashier: the money of a site, and what was told of it.
final class Till {
    var treasury = Treasury()
    /// What the ledger was told, in its order.
    var entries: [LedgerEntry] = []
    /// What was kept of attempts.
    var events: [UsageEvent] = []
    /// Whether nothing can be set aside.
    var isOut = false
    /// Whether what is told stays unwritten.
    var isStuck = false

    /// A till with so many dollars of the standard account.
    convenience init(dollars: Int64 = 0) {
        self.init(nanoDollars: dollars * 1_000_000_000)
    }

    /// A till with so many nano-dollars of the standard account.
    init(nanoDollars: Int64) {
        guard nanoDollars > 0 else { return }
        let now = Timestamp(unixSecond: Site.second)
        let grant = Grant(
            GrantID(1),
            amount: NanoDollars(nanoDollars),
            category: .purchase,
            createdAt: now,
            expiresAt: Timestamp(unixSecond: Site.second + 1_000_000)
        )
        treasury.add(grant, to: .standard, telling: &entries)
    }

    private var now: Timestamp { Timestamp(unixSecond: Site.second) }

    /// What is neither spent nor expired.
    var balance: NanoDollars { treasury.balance(of: .standard).amount(at: now) }
    /// What can be held.
    var free: NanoDollars { treasury.balance(of: .standard).free(at: now) }
    var overrun: NanoDollars { treasury.balance(of: .standard).overrun }
    var openHolds: Int { treasury.balance(of: .standard).openHolds.count }

    func reserve(_ question: Exchange.FundsQuestion) -> ClaimOutcome {
        if isOut { return .unavailable }
        return treasury.reserve(question.wish, at: now, telling: &entries)
    }

    func topUp(_ claim: inout Claim, _ credits: NanoDollars, _ list: NanoDollars) -> Bool {
        treasury.topUp(&claim, by: credits, list: list, at: now, telling: &entries)
    }

    func settle(_ settlements: [Settlement]) {
        for settlement in settlements {
            if let event = settlement.event { events.append(event) }
            guard let claim = settlement.takeClaim() else {
                if let charge = settlement.charge, let account = settlement.event?.account {
                    treasury.charge(account, charge, at: now, telling: &entries)
                }
                continue
            }
            if let charge = settlement.charge {
                let list = settlement.list
                treasury.settle(claim, for: charge, list: list, at: now, telling: &entries)
            } else {
                treasury.release(claim, at: now, telling: &entries)
            }
        }
    }
}
