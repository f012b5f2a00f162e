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
/// ledger is open nothing can be set aside; while another worker has it, that one is asked.
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
        /// By whom the worker is asked that has the ledger; nil while that is this one, or nobody.
        var errands: (@Sendable (LedgerErrand) -> Void)?
        /// Whether all is written that was decided before the ledger was given up.
        var isFlushed = false
    }

    /// Sets aside what an attempt needs.
    ///
    /// - Parameters:
    ///   - orphanCharge: what it is charged if this process ends before it says more.
    ///   - later: called on the housekeeping thread where another worker has to be asked.
    /// - Returns: nil where `later` will be called.
    func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        at now: Timestamp,
        later: @escaping @Sendable (consuming ClaimOutcome) -> Void
    ) -> ClaimOutcome? {
        books.withLock { books in
            if let errands = books.errands {
                errands(.reserve(wish, orphanCharge: orphanCharge, later: later))
                return nil
            }
            return books.reserve(wish, orphanCharge: orphanCharge, at: now)
        }
    }

    /// The same for who can't wait: unavailable where another worker has to be asked.
    func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        at now: Timestamp
    ) -> ClaimOutcome {
        books.withLock { $0.reserve(wish, orphanCharge: orphanCharge, at: now) }
    }

    /// Sets aside what an attempt of another worker needs.
    func reserve(_ wish: FundsWish, for instance: String, at now: Timestamp) -> ClaimOutcome {
        books.withLock { $0.reserve(wish, orphanCharge: .zero, at: now, for: instance) }
    }

    /// Sets more aside for an attempt under way; false when it is not there.
    ///
    /// - Parameter later: called on the housekeeping thread where another worker has to be asked:
    ///   with what the claim is to adopt, or nil when it is not there.
    /// - Returns: nil where `later` will be called.
    func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        at now: Timestamp,
        later: @escaping @Sendable (ClaimRecord?) -> Void
    ) -> Bool? {
        books.withLock { books in
            if let errands = books.errands {
                errands(.topUp(claim.record, by: more, list: list, later: later))
                return nil
            }
            return books.topUp(&claim, by: more, list: list, at: now)
        }
    }

    /// The same for who can't wait: false where another worker has to be asked.
    func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        at now: Timestamp
    ) -> Bool {
        books.withLock { $0.topUp(&claim, by: more, list: list, at: now) }
    }

    /// Says what an attempt under way is charged if this process ends before it says more.
    func noteOrphanCharge(_ charge: NanoDollars, of hold: HoldID) {
        books.withLock { books in
            if let errands = books.errands {
                errands(.orphanCharge(hold, charge))
            } else {
                books.ledger?.append([.orphanCharge(hold, charge)])
            }
        }
    }

    /// Ends attempts: charges their accounts, returns what they did not need, keeps their usage.
    ///
    /// - Parameter told: called on another thread once all of it is written, and at once where it
    ///   never will be.
    func settle(
        _ settlements: [Settlement],
        at now: Timestamp,
        told: (@Sendable () -> Void)? = nil
    ) {
        let isLost = books.withLock { books in
            if let errands = books.errands {
                errands(.settle(settlements.map(SettlementRecord.init), told: told))
                return false
            }
            return !books.settle(settlements, at: now, told)
        }
        if isLost { told?() }
    }
}

extension SettlementRecord {
    /// What a settlement is about; it has its claim no more.
    init(_ settlement: Settlement) {
        let record: ClaimRecord? =
            switch settlement.takeClaim() {
            case .some(let claim): claim.keepRecord()
            case nil: nil
            }
        self.init(
            claim: record,
            charge: settlement.charge,
            list: settlement.list,
            event: settlement.event
        )
    }
}
