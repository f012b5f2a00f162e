import Accounting
import Ledger
import Model
import Platform
import Relay
import Synchronization

/// Where the money of the process is: what the loops set aside and what they settle, under one lock,
/// and on its way to the ledger.
///
/// The lock is held for the sums only: the order of the records is the order of the sums. While no
/// ledger is open nothing can be set aside.
final class Cashier: Sendable {
    let books = Mutex(Books())

    /// What is under the lock.
    struct Books {
        /// Who writes; nil while no ledger is open.
        var ledger: LedgerThread?
        /// Nil until the ledger was read.
        var treasury: Treasury?
        /// Why none could be opened.
        var obstacle: String?
    }

    /// Sets aside what an attempt needs.
    ///
    /// - Parameter orphanCharge: what it is charged if this process ends before it says more.
    func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        at now: Timestamp
    ) -> ClaimOutcome {
        books.withLock { books in
            if wish.credits == nil { return books.reserve(ofBudgets: wish, at: now) }
            guard let ledger = books.ledger, ledger.problem == nil else { return .unavailable }
            var entries: [LedgerEntry] = []
            guard let outcome = books.treasury?.reserve(wish, at: now, telling: &entries) else {
                return .unavailable
            }
            var records = entries.map { LedgerRecord.change($0, at: now) }
            if orphanCharge > .zero, let hold = outcome.holdID {
                records.append(.orphanCharge(hold, orphanCharge))
            }
            ledger.append(records)
            return outcome
        }
    }

    /// Sets more aside for an attempt under way; false when it is not there.
    func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        at now: Timestamp
    ) -> Bool {
        books.withLock { books in
            let isOfBudgets = claim.holdID == nil
            guard let ledger = books.ledger, ledger.problem == nil else { return isOfBudgets }
            var entries: [LedgerEntry] = []
            let isDone =
                books.treasury?.topUp(&claim, by: more, list: list, at: now, telling: &entries)
                ?? false
            ledger.append(entries.map { .change($0, at: now) })
            return isDone
        }
    }

    /// Says what an attempt under way is charged if this process ends before it says more.
    func noteOrphanCharge(_ charge: NanoDollars, of hold: HoldID) {
        books.withLock { $0.ledger?.append([.orphanCharge(hold, charge)]) }
    }

    /// Ends attempts: charges their accounts, returns what they did not need, keeps their usage.
    ///
    /// - Parameter told: called on the ledger's thread once all of it is written.
    func settle(
        _ settlements: [Settlement],
        at now: Timestamp,
        told: (@Sendable () -> Void)? = nil
    ) {
        books.withLock { books in
            var records: [LedgerRecord] = []
            for settlement in settlements {
                records += books.settle(settlement, at: now).map { .change($0, at: now) }
                if let event = settlement.event { records.append(.usage(event)) }
            }
            books.ledger?.append(records, told: told)
        }
    }
}

extension Cashier.Books {
    /// What takes no credits goes on without a ledger: who pays by own keys does not depend on it.
    fileprivate mutating func reserve(
        ofBudgets wish: FundsWish,
        at now: Timestamp
    ) -> ClaimOutcome {
        var entries: [LedgerEntry] = []
        if let outcome = treasury?.reserve(wish, at: now, telling: &entries) { return outcome }
        var nothing = Treasury()
        return nothing.reserve(wish, at: now, telling: &entries)
    }

    /// Charges or returns what was set aside for one attempt.
    fileprivate mutating func settle(_ settlement: Settlement, at now: Timestamp) -> [LedgerEntry] {
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
}
