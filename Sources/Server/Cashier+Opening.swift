import Accounting
import Ledger
import Model
import Platform
import Storage
import Synchronization

/// How a cashier comes by the ledger, and gives it up.
extension Cashier {
    /// What the ledger is doing.
    struct Condition: Equatable {
        /// Whether it was read, so that something can be set aside.
        var isRead = false
        /// Why managed traffic can't be served now; nil while all is well.
        var problem: String?
        /// Whether that is for good: the file is broken.
        var isBroken = false
        /// The records that are not written yet.
        var queueLength = 0
        /// The holds that are neither settled nor released.
        var openHolds = 0
    }

    /// What the ledger is doing now.
    var condition: Condition {
        books.withLock { books in
            let problem = books.ledger?.problem
            return Condition(
                isRead: books.treasury != nil,
                problem: problem?.description ?? books.obstacle,
                isBroken: problem?.kind == .broken,
                queueLength: books.ledger?.waitingCount ?? 0,
                openHolds: books.treasury?.openHoldCount ?? 0
            )
        }
    }

    /// Begins to open the ledger; until it was read nothing can be set aside.
    ///
    /// - Parameters:
    ///   - retention: how long usage events are kept.
    ///   - tell: called on another thread with what belongs into the log.
    ///   - changed: called on another thread when ``condition`` is worth a look.
    func open(
        in directory: StateDirectory,
        as instance: LedgerInstance,
        sync: LedgerSync,
        retention: Duration,
        tell: @escaping @Sendable (LedgerNote) -> Void,
        changed: @escaping @Sendable () -> Void
    ) throws {
        try directory.prepareLedger()
        try books.withLock { books throws(SystemError) in
            // Its first word waits for the lock: by then it is known here.
            books.ledger = try LedgerThread(
                directory.ledgerPath,
                sync: sync,
                instance: instance.name,
                retention: retention,
                isAlive: { LedgerInstance.isAlive($0, in: directory) },
                admitted: { () throws(SystemError) in
                    // A command that found no worker may be about to write.
                    try FileLock(directory.ledgerLockPath, owner: directory.owner).release()
                },
                changed: changed,
                tell: tell
            ) { [self] contents in
                if case .success(let contents) = contents { begin(with: contents) }
                changed()
            }
            books.obstacle = nil
        }
    }

    /// Changes how long usage events are kept.
    func keepEvents(for retention: Duration) {
        books.withLock { $0.ledger?.keepEvents(for: retention) }
    }

    /// Remembers why no ledger could be opened.
    func fail(_ reason: String) {
        books.withLock { $0.obstacle = reason }
    }

    /// Settles what workers that are no more left behind, and opens.
    private func begin(with contents: LedgerContents) {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        books.withLock { books in
            let treasury = Treasury(balances: contents.balances, firstHold: contents.firstHold)
            books.treasury = treasury
            books.errands = nil
            books.settle(contents.orphans, at: now)
        }
    }

    /// Writes what is left to write, and closes the ledger.
    ///
    /// - Returns: what could not be written.
    func close() -> LedgerLoss? {
        let ledger = books.withLock { books in
            defer {
                books.ledger = nil
                books.treasury = nil
                books.obstacle = nil
            }
            return books.ledger
        }
        return ledger?.flushAndStop()
    }
}
