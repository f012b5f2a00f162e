import Accounting
import Model
import Routing

/// The money of one attempt: what it may cost, what is set aside for it, and what it came to.
final class AttemptFunds {
    /// Who pays the provider.
    let payer: UsageEvent.KeySource
    /// What is charged.
    let tariff: Tariff
    /// What it costs by the price list, whoever pays; nil where nobody knows.
    let listTariff: Tariff?
    /// How much is set aside; nil where nothing is.
    let plan: FundsPlan?
    /// What is set aside.
    private var claim: Claim?
    /// The output at which more is to be set aside.
    private(set) var topUpDue = Int.max
    /// The output at which the ledger is told what has come since it was told last.
    private(set) var noteDue = Int.max
    /// Whether an answer to the question for more is awaited.
    private var isAsking = false

    init(
        _ payer: UsageEvent.KeySource,
        _ tariff: Tariff,
        list: Tariff?,
        plan: FundsPlan?
    ) {
        self.payer = payer
        self.tariff = tariff
        listTariff = list
        self.plan = plan
    }

    /// Whether credits are set aside, so that the client sees the end when they are settled.
    var holdsCredits: Bool { holdID != nil }

    /// The number of what is set aside.
    var holdID: HoldID? {
        switch claim {
        case .some(let claim): claim.holdID
        case nil: nil
        }
    }

    /// Takes what was set aside.
    func take(_ claim: consuming Claim) {
        self.claim = consume claim
        noteCoverage()
        if holdsCredits { noteDue = Limits.unnotedOutputTokens }
    }

    /// Gives it up to whoever settles or releases it.
    func takeClaim() -> Claim? {
        topUpDue = .max
        noteDue = .max
        return claim.take()
    }

    /// The most tokens that the provider may be asked for; nil where the client's own limit stays.
    var upstreamCap: Int? {
        guard let plan, let claim = heldAmount else { return nil }
        return plan.upstreamCap(holding: claim)
    }

    /// What is held of credits, or of budgets where no credits are.
    private var heldAmount: NanoDollars? {
        switch claim {
        case .some(let claim): plan?.holdsCredits == true ? claim.amount : claim.listAmount
        case nil: nil
        }
    }

    // MARK: More for a stream

    /// How much more a stream needs that has so much output; nil for nothing.
    func topUp(counted: Int) -> (credits: NanoDollars, list: NanoDollars)? {
        guard counted >= topUpDue, !isAsking, let plan, let heldAmount,
            let more = plan.topUp(counted: counted, holding: heldAmount)
        else { return nil }
        isAsking = true
        return more
    }

    /// Changes the claim in place: the cashier does, who sets more aside.
    func withClaim<R>(_ body: (inout Claim) -> R) -> R? {
        guard var held = claim.take() else { return nil }
        let result = body(&held)
        claim = consume held
        return result
    }

    /// More is set aside.
    func noteToppedUp() {
        isAsking = false
        noteCoverage()
    }

    /// The ledger is told that so much output has come.
    func noteTold(counted: Int) {
        noteDue = counted + Limits.unnotedOutputTokens
    }

    private func noteCoverage() {
        guard let plan, let heldAmount else { return }
        topUpDue = plan.topUpDue(holding: heldAmount)
    }
}

/// How much an attempt sets aside, of credits and of budgets.
struct FundsPlan {
    /// By what is charged; nil where no credits are set aside.
    let credits: HoldPlan?
    /// By the price list, for budgets.
    let list: HoldPlan

    /// Whether credits are set aside.
    var holdsCredits: Bool { credits != nil }

    private var leading: HoldPlan { credits ?? list }

    func upstreamCap(holding amount: NanoDollars) -> Int? {
        leading.upstreamCap(holding: amount)
    }

    func topUpDue(holding amount: NanoDollars) -> Int { leading.topUpDue(holding: amount) }

    func topUp(
        counted: Int,
        holding amount: NanoDollars
    ) -> (credits: NanoDollars, list: NanoDollars)? {
        leading.topUp(counted: counted, holding: amount).map { more in
            // A budget grows with the credits: what the list says of the same tokens is no more.
            (credits == nil ? .zero : more, more)
        }
    }
}
