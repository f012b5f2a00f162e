import Accounting
import Ledger
import Model
import Relay
import Synchronization

/// What the owner of the ledger does for workers that drain.
extension Cashier {
    /// Does what another worker asks for.
    ///
    /// - Parameter told: called with the answer, perhaps on the ledger's thread.
    func serve(
        _ request: LedgerRequest,
        at now: Timestamp,
        told: @escaping @Sendable (LedgerAnswer) -> Void
    ) {
        switch request {
        case .reserve(let wish, let instance):
            told(LedgerAnswer(reserve(wish, for: instance, at: now)))
        case .topUp(let record, let more, let list):
            var claim = Claim(record)
            let isDone = topUp(&claim, by: more, list: list, at: now)
            let raised = claim.keepRecord()
            told(isDone ? .claimed(raised) : .exhausted)
        case .orphanCharge(let hold, let charge):
            noteOrphanCharge(charge, of: hold)
            told(.done)
        case .release(let record):
            release(record, at: now)
            told(.done)
        case .settle(let records): settle(records, at: now, told: told)
        }
    }

    /// Charges what another worker says that it came to, once: a hold that is gone is no charge, and
    /// its usage was kept with it.
    private func settle(
        _ records: [SettlementRecord],
        at now: Timestamp,
        told: @escaping @Sendable (LedgerAnswer) -> Void
    ) {
        let isTaken = books.withLock { books in
            guard books.treasury != nil, books.errands == nil else { return false }
            let settlements = records.compactMap { record -> Settlement? in
                if let claim = record.claim, let hold = claim.hold, let account = claim.account,
                    books.treasury?.isOpen(hold, of: account) != true
                {
                    return nil
                }
                return Settlement(record)
            }
            return books.settle(settlements, at: now) { told(.done) }
        }
        if !isTaken { told(.unavailable) }
    }

    private func release(_ record: ClaimRecord, at now: Timestamp) {
        books.withLock { books in
            var entries: [LedgerEntry] = []
            books.treasury?.release(Claim(record), at: now, telling: &entries)
            if !entries.isEmpty { books.ledger?.append(entries.map { .change($0, at: now) }) }
        }
    }

    /// Settles what a worker that is no more has left behind, for what it said of it.
    func settleOrphans(of instance: String, at now: Timestamp, told: @escaping @Sendable () -> Void)
    {
        books.withLock { books in
            books.ledger?.perform { [self] ledger in
                do throws(LedgerError) {
                    let orphans = try ledger.get().orphans(of: instance)
                    self.books.withLock { $0.settle(orphans, at: now) }
                    told()
                } catch {
                    // The ledger tells its fault by itself; the worker stays on the list.
                    return
                }
            }
        }
    }

    /// Gives the ledger up to another worker: from now on that one is asked.
    ///
    /// - Parameters:
    ///   - errands: takes what is to be asked, on any thread.
    ///   - flushed: called once all that was decided here is written; never where that can't be.
    func handOver(
        errands: @escaping @Sendable (LedgerErrand) -> Void,
        flushed: @escaping @Sendable () -> Void
    ) {
        books.withLock { books in
            books.errands = errands
            books.treasury = nil
            books.isFlushed = books.ledger == nil
            books.ledger?.append([]) { [self] in
                self.books.withLock { $0.isFlushed = true }
                flushed()
            }
        }
        if isFlushed { flushed() }
    }

    /// Whether all is written that was decided before the ledger was given up.
    var isFlushed: Bool { books.withLock(\.isFlushed) }

    /// Asks nobody any more.
    func endErrands() {
        books.withLock { $0.errands = nil }
    }
}

extension Settlement {
    /// What another worker says that an attempt came to.
    fileprivate convenience init(_ record: SettlementRecord) {
        let claim: Claim? =
            switch record.claim {
            case .some(let record): Claim(record)
            case nil: nil
            }
        self.init(claim, charge: record.charge, list: record.list, event: record.event)
    }
}
