import Accounting
import Ledger
import Model
import Relay

/// What is done with the books, by whoever has them locked.
extension Cashier.Books {
    /// Sets aside what an attempt needs, of this worker or of the one of that name.
    mutating func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        at now: Timestamp,
        for instance: String? = nil
    ) -> ClaimOutcome {
        if wish.credits == nil { return reserve(ofBudgets: wish, at: now) }
        guard let ledger, ledger.problem == nil else { return .unavailable }
        var entries: [LedgerEntry] = []
        guard let outcome = treasury?.reserve(wish, at: now, telling: &entries) else {
            return .unavailable
        }
        var records = entries.map { LedgerRecord.change($0, at: now) }
        if let hold = outcome.holdID {
            if let instance { records.append(.lent(hold, to: instance)) }
            if orphanCharge > .zero { records.append(.orphanCharge(hold, orphanCharge)) }
        }
        ledger.append(records)
        return outcome
    }

    /// What takes no credits goes on without a ledger: who pays by own keys does not depend on it.
    private mutating func reserve(ofBudgets wish: FundsWish, at now: Timestamp) -> ClaimOutcome {
        var entries: [LedgerEntry] = []
        if let outcome = treasury?.reserve(wish, at: now, telling: &entries) { return outcome }
        var nothing = Treasury()
        return nothing.reserve(wish, at: now, telling: &entries)
    }

    /// Sets more aside; false when it is not there.
    mutating func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        at now: Timestamp
    ) -> Bool {
        let isOfBudgets = claim.holdID == nil
        guard let ledger, ledger.problem == nil else { return isOfBudgets }
        var entries: [LedgerEntry] = []
        let isDone =
            treasury?.topUp(&claim, by: more, list: list, at: now, telling: &entries) ?? false
        ledger.append(entries.map { .change($0, at: now) })
        return isDone
    }

    /// Ends attempts; false where nothing of it will ever be written.
    mutating func settle(
        _ settlements: [Settlement],
        at now: Timestamp,
        _ told: (@Sendable () -> Void)?
    ) -> Bool {
        var records: [LedgerRecord] = []
        for settlement in settlements {
            records += settle(settlement, at: now).map { .change($0, at: now) }
            if let event = settlement.event { records.append(.usage(event)) }
        }
        guard let ledger, ledger.problem?.kind != .broken else { return false }
        ledger.append(records, told: told)
        return true
    }

    /// Charges or returns what was set aside for one attempt.
    private mutating func settle(_ settlement: Settlement, at now: Timestamp) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        guard let claim = settlement.takeClaim() else {
            if let charge = settlement.charge, charge > .zero, let event = settlement.event {
                treasury?.charge(event.account, charge, at: now, telling: &entries)
            }
            return entries
        }
        guard treasury != nil else {
            // What it left in the ledger is settled by rule.
            _ = claim.abandon()
            return entries
        }
        if let charge = settlement.charge {
            let list = settlement.list
            treasury?.settle(claim, for: charge, list: list, at: now, telling: &entries)
        } else {
            treasury?.release(claim, at: now, telling: &entries)
        }
        return entries
    }

    /// Settles holds whose worker is no more for what it said of them.
    mutating func settle(_ orphans: [OrphanedHold], at now: Timestamp) {
        var entries: [LedgerEntry] = []
        for orphan in orphans {
            treasury?.settleOrphan(
                orphan.hold,
                of: orphan.account,
                for: orphan.charge,
                at: now,
                telling: &entries
            )
        }
        if !entries.isEmpty { ledger?.append(entries.map { .change($0, at: now) }) }
    }
}
