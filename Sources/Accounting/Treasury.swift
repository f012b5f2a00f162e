package import Model

/// Whose budget it is.
package enum BudgetHolder: Hashable, Sendable {
    case key(AccessKeyID)
    case configuration(ConfigurationID)
}

/// A change of an account's balance, as the ledger writes it.
package struct LedgerEntry: Equatable, Sendable {
    /// Whose balance.
    package let account: AccountID
    /// The change.
    package let event: BalanceEvent

    /// A change of an account's balance.
    package init(_ account: AccountID, _ event: BalanceEvent) {
        self.account = account
        self.event = event
    }
}

/// What an attempt asks for before it begins.
package struct FundsWish: Sendable {
    /// Whose credits pay, and how much of them; nil where nobody's do.
    package var credits: (account: AccountID, size: HoldSize)?
    /// The budgets that it counts for; those that nobody set are passed over.
    package var budgets: [BudgetHolder]
    /// Whether the operator pays the provider: some budgets are for that alone.
    package var isManaged: Bool
    /// What it may come to by the price list, for the budgets.
    package var listSize: HoldSize

    /// A wish.
    package init(
        credits: (account: AccountID, size: HoldSize)?,
        budgets: [BudgetHolder] = [],
        isManaged: Bool = true,
        listSize: HoldSize = HoldSize(wanted: .zero, least: .zero)
    ) {
        self.credits = credits
        self.budgets = budgets
        self.isManaged = isManaged
        self.listSize = listSize
    }
}

/// What is set aside for an attempt, of credits and of budgets: settled or released exactly once.
package struct Claim: ~Copyable, Sendable {
    var hold: Hold?
    let account: AccountID?
    var parts: [(holder: BudgetHolder, part: BudgetMeter.Part)]

    /// The number of its hold; nil where no credits are set aside.
    package var holdID: HoldID? {
        switch hold {
        case .some(let hold): hold.id
        case nil: nil
        }
    }

    /// Gives up the claim and leaves what it set aside: for a crash, after which only numbers are
    /// left of holds.
    package consuming func abandon() -> HoldID? {
        guard let hold = hold.take() else { return nil }
        return hold.keepNumber()
    }

    /// What is set aside of the budget that has least of it set aside; nothing without one.
    package var listAmount: NanoDollars { parts.map(\.part.amount).min() ?? .zero }

    /// The credits that are set aside.
    package var amount: NanoDollars {
        switch hold {
        case .some(let hold): hold.amount
        case nil: .zero
        }
    }
}

/// What becomes of a wish.
package enum ClaimOutcome: ~Copyable, Sendable {
    /// All of it is set aside.
    case claimed(Claim)
    /// There is money enough, but other requests hold it.
    case heldByOthers
    /// The account can't pay.
    case exhausted
    /// A budget is used up, until the moment if there is one.
    case budgetExceeded(BudgetHolder, resetsAt: Timestamp?)
    /// Nobody knows: the ledger is out of reach, or not read yet.
    case unavailable
}

extension ClaimOutcome {
    /// The number of the hold that was made; nil where none was.
    package var holdID: HoldID? {
        switch self {
        case .claimed(let claim): claim.holdID
        case .heldByOthers: nil
        case .exhausted: nil
        case .budgetExceeded: nil
        case .unavailable: nil
        }
    }
}

/// All balances and all budgets: what a request needs of them is set aside in one step, or nothing.
///
/// Credits without an account's entry are none. It is for one owner, who puts it behind a lock.
package struct Treasury: Sendable {
    private var balances: [AccountID: Balance]
    private var meters: [BudgetHolder: BudgetMeter]
    private var nextHold: Int64

    /// The balances of accounts and the budgets that are set.
    ///
    /// - Parameter firstHold: above the number of every hold that the ledger ever wrote.
    package init(
        balances: [AccountID: Balance] = [:],
        meters: [BudgetHolder: BudgetMeter] = [:],
        firstHold: Int64 = 1
    ) {
        self.balances = balances
        self.meters = meters
        nextHold = firstHold
    }

    /// The balance of an account.
    package func balance(of account: AccountID) -> Balance { balances[account] ?? Balance() }

    /// What decides of each account whether it is warned.
    ///
    /// Without the holds: of those a copy is dear, as each change after it would be.
    package func funds(at now: Timestamp) -> [AccountFunds] {
        balances.map { account, balance in
            AccountFunds(account, balance: balance.amount(at: now), grants: balance.grants)
        }
    }

    /// The holds of all accounts that are neither settled nor released.
    package var openHoldCount: Int { balances.values.reduce(0) { $0 + $1.openHoldCount } }

    /// How far a budget is used up; nil when it is not set.
    package func meter(of holder: BudgetHolder) -> BudgetMeter? { meters[holder] }

    /// Sets a budget, changes one or, with nil, lifts it; what is spent under a changed one stays.
    package mutating func setBudget(_ budget: Budget?, of holder: BudgetHolder, at now: Timestamp) {
        guard let budget else { return meters[holder] = nil }
        guard let meter = meters[holder] else {
            return meters[holder] = BudgetMeter(budget, at: now)
        }
        meters[holder] = meter.changed(to: budget, at: now)
    }

    /// Of these budgets those that are new, or count something else than before: how much of them is
    /// spent is to be told with them.
    package func newBudgets(
        of budgets: [BudgetHolder: Budget]
    ) -> [(holder: BudgetHolder, budget: Budget)] {
        budgets.filter { holder, budget in
            guard let known = meters[holder]?.budget else { return true }
            return (known.period, known.scope) != (budget.period, budget.scope)
        }.map { ($0.key, $0.value) }
    }

    /// Puts these budgets in force, and no others.
    ///
    /// - Parameter spent: what is spent of the new ones.
    package mutating func setBudgets(
        _ budgets: [BudgetHolder: Budget],
        spent: [BudgetHolder: NanoDollars],
        at now: Timestamp
    ) {
        let new = newBudgets(of: budgets)
        meters = meters.filter { budgets[$0.key] != nil }
        for (holder, budget) in budgets {
            meters[holder] = meters[holder]?.changed(to: budget, at: now)
        }
        for (holder, budget) in new {
            meters[holder] = BudgetMeter(budget, spent: spent[holder] ?? .zero, at: now)
        }
    }

    /// Adds a grant to an account.
    package mutating func add(
        _ grant: Grant,
        to account: AccountID,
        telling entries: inout [LedgerEntry]
    ) {
        change(account, &entries) { $0.add(grant, telling: &$1) }
    }

    /// Sets aside what an attempt needs.
    package mutating func reserve(
        _ wish: FundsWish,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) -> ClaimOutcome {
        var parts: [(holder: BudgetHolder, part: BudgetMeter.Part)] = []
        for holder in wish.budgets where isConcerned(holder, by: wish) {
            do throws(BudgetMeter.Exceeded) {
                guard let part = try meters[holder]?.reserve(wish.listSize, at: now) else {
                    continue
                }
                parts.append((holder, part))
            } catch {
                spend(parts, .zero)
                return .budgetExceeded(holder, resetsAt: error.resetsAt)
            }
        }
        guard let (account, size) = wish.credits else {
            return .claimed(Claim(hold: nil, account: nil, parts: parts))
        }
        let id = HoldID(nextHold)
        nextHold += 1
        let outcome = change(account, &entries) {
            $0.reserve(size, as: id, at: now, telling: &$1)
        }
        switch consume outcome {
        case .held(let hold):
            return .claimed(Claim(hold: hold, account: account, parts: parts))
        case .heldByOthers:
            spend(parts, .zero)
            return .heldByOthers
        case .exhausted:
            spend(parts, .zero)
            return .exhausted
        }
    }

    /// Sets more aside for an attempt under way; false, and nothing is changed, when something of it
    /// is not there.
    package mutating func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) -> Bool {
        for index in claim.parts.indices {
            let holder = claim.parts[index].holder
            if meters[holder]?.topUp(&claim.parts[index].part, by: list) == false {
                takeBack(list, &claim.parts[..<index])
                return false
            }
        }
        guard let account = claim.account, var hold = claim.hold.take() else { return true }
        var isHeld = false
        change(account, &entries) { isHeld = $0.topUp(&hold, by: more, at: now, telling: &$1) }
        claim.hold = consume hold
        if !isHeld { takeBack(list, &claim.parts[...]) }
        return isHeld
    }

    private func isConcerned(_ holder: BudgetHolder, by wish: FundsWish) -> Bool {
        guard let budget = meters[holder]?.budget else { return false }
        return wish.isManaged || budget.scope == .all
    }

    private mutating func takeBack(
        _ less: NanoDollars,
        _ parts: inout ArraySlice<(holder: BudgetHolder, part: BudgetMeter.Part)>
    ) {
        for index in parts.indices {
            meters[parts[index].holder]?.takeBack(&parts[index].part, less)
        }
    }

    /// Charges an attempt: its account what it is charged, its budgets what it costs by the list.
    package mutating func settle(
        _ claim: consuming Claim,
        for charge: NanoDollars,
        list: NanoDollars,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) {
        spend(claim.parts, list)
        guard let account = claim.account, let hold = claim.hold.take() else { return }
        let id = hold.keepNumber()
        change(account, &entries) { $0.settleOrphan(id, for: charge, at: now, telling: &$1) }
    }

    /// Returns all that was set aside for an attempt.
    package mutating func release(
        _ claim: consuming Claim,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) {
        spend(claim.parts, .zero)
        guard let account = claim.account, let hold = claim.hold.take() else { return }
        let id = hold.keepNumber()
        change(account, &entries) { $0.releaseOrphan(id, at: now, telling: &$1) }
    }

    /// Charges an account for something that needed no money to begin with: as much as there is.
    package mutating func charge(
        _ account: AccountID,
        _ charge: NanoDollars,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) {
        let wish = FundsWish(credits: (account, HoldSize(wanted: charge, least: .zero)))
        if case .claimed(let claim) = reserve(wish, at: now, telling: &entries) {
            settle(claim, for: charge, list: .zero, at: now, telling: &entries)
        }
    }

    /// Charges an account for a hold whose worker is no more, so that only its number is left;
    /// nothing when it was settled or released before.
    package mutating func settleOrphan(
        _ hold: HoldID,
        of account: AccountID,
        for charge: NanoDollars,
        at now: Timestamp,
        telling entries: inout [LedgerEntry]
    ) {
        change(account, &entries) { $0.settleOrphan(hold, for: charge, at: now, telling: &$1) }
    }

    private mutating func spend(
        _ parts: [(holder: BudgetHolder, part: BudgetMeter.Part)],
        _ cost: NanoDollars
    ) {
        for (holder, part) in parts { meters[holder]?.settle(part, for: cost) }
    }

    /// Changes a balance in its place: it may have thousands of holds.
    private mutating func change<R: ~Copyable>(
        _ account: AccountID,
        _ entries: inout [LedgerEntry],
        _ body: (inout Balance, inout [BalanceEvent]) -> R
    ) -> R {
        var events: [BalanceEvent] = []
        let result = body(&balances[account, default: Balance()], &events)
        for event in events { entries.append(LedgerEntry(account, event)) }
        return result
    }
}
