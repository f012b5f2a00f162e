import Accounting
import Model

/// What a worker that does not have the ledger asks of the one that has: by a line of JSON, as the
/// command line does.
///
/// Asked twice it is done once, wherever a second time would cost something: a hold that is gone is
/// neither charged nor raised.
enum LedgerRequest: Sendable {
    /// Set aside what an attempt needs, as the asker's.
    case reserve(FundsWish, for: String)
    /// Set more aside; the claim as it is so far.
    case topUp(ClaimRecord, by: NanoDollars, list: NanoDollars)
    /// What a hold is settled for if its worker ends before it says more.
    case orphanCharge(HoldID, NanoDollars)
    /// Give back what was set aside.
    case release(ClaimRecord)
    /// Charge what ended, and keep its usage.
    case settle([SettlementRecord])

    /// How many ended attempts go into one line.
    static let longestSettlement = 100
}

/// What an attempt came to, on its way to the ledger.
struct SettlementRecord: Equatable, Sendable {
    /// What was set aside for it.
    let claim: ClaimRecord?
    /// What its account is charged; nil where what was set aside returns whole.
    let charge: NanoDollars?
    /// What it counts in budgets.
    let list: NanoDollars
    /// What is kept of it; nil where it never began.
    let event: UsageEvent?
}

/// What the owner of the ledger says to a ``LedgerRequest``.
enum LedgerAnswer: Equatable, Sendable {
    /// Set aside.
    case claimed(ClaimRecord)
    case heldByOthers
    case exhausted
    case budgetExceeded(BudgetHolder, resetsAt: Timestamp?)
    /// It was not done, and may be asked for again.
    case unavailable
    /// It is done.
    case done
}

extension LedgerAnswer {
    /// What became of a wish; whoever answers keeps no claim of it.
    init(_ outcome: consuming ClaimOutcome) {
        switch consume outcome {
        case .claimed(let claim): self = .claimed(claim.keepRecord())
        case .heldByOthers: self = .heldByOthers
        case .exhausted: self = .exhausted
        case .budgetExceeded(let holder, let moment):
            self = .budgetExceeded(holder, resetsAt: moment)
        case .unavailable: self = .unavailable
        }
    }

    /// The outcome for whoever asked.
    var outcome: ClaimOutcome {
        switch self {
        case .claimed(let record): .claimed(Claim(record))
        case .heldByOthers: .heldByOthers
        case .exhausted: .exhausted
        case .budgetExceeded(let holder, let moment): .budgetExceeded(holder, resetsAt: moment)
        case .unavailable, .done: .unavailable
        }
    }
}
