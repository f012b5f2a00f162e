import Accounting
import Ledger
import Model
import Platform
import Relay
import Synchronization

/// Where the money of the process is: what the loops set aside and what they settle, under one lock,
/// and on its way to the ledger.
///
/// The lock is held for the sums only: the order of the records is the order of the sums.
final class Cashier: Sendable {
    /// Nil until the ledger was read.
    private let treasury = Mutex<Treasury?>(nil)
    private let opened: Mutex<LedgerThread?>
    private var ledger: LedgerThread? { opened.withLock { $0 } }

    /// Begins to read the ledger; until that is done nothing can be set aside.
    ///
    /// - Parameters:
    ///   - instance: which worker this is: its holds bear it.
    ///   - isAlive: whether the worker of an instance runs.
    init(
        _ path: String,
        sync: LedgerSync,
        instance: String,
        isAlive: @escaping @Sendable (String) -> Bool
    ) throws(SystemError) {
        opened = Mutex(nil)
        let thread = try LedgerThread(path, sync: sync, instance: instance, isAlive: isAlive) {
            [self] in
            if case .success(let contents) = $0 { begin(with: contents) }
        }
        opened.withLock { $0 = thread }
    }

    /// Settles what workers that are no more left behind, and opens.
    private func begin(with contents: LedgerContents) {
        let now = Self.now
        var entries: [LedgerEntry] = []
        var treasury = Treasury(balances: contents.balances, firstHold: contents.firstHold)
        for orphan in contents.orphans {
            treasury.settleOrphan(
                orphan.hold,
                of: orphan.account,
                for: orphan.charge,
                at: now,
                telling: &entries
            )
        }
        self.treasury.withLock { [treasury] in $0 = treasury }
        append(entries, at: now)
    }

    /// Why managed traffic can't be served; nil while all is well.
    var problem: String? { ledger?.problem.map(\.description) }

    /// Sets aside what an attempt needs.
    ///
    /// - Parameter orphanCharge: what it is charged if this process ends before it says more.
    func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        at now: Timestamp
    ) -> ClaimOutcome {
        guard let ledger, ledger.problem == nil else { return .unavailable }
        return treasury.withLock { treasury in
            var entries: [LedgerEntry] = []
            guard let outcome = treasury?.reserve(wish, at: now, telling: &entries) else {
                return .unavailable
            }
            ledger.append(entries.map { .change($0, at: now) })
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
        guard let ledger, ledger.problem == nil else { return false }
        return treasury.withLock { treasury in
            var entries: [LedgerEntry] = []
            let isDone =
                treasury?.topUp(&claim, by: more, list: list, at: now, telling: &entries) ?? false
            ledger.append(entries.map { .change($0, at: now) })
            return isDone
        }
    }

    /// Says what an attempt under way is charged if this process ends before it says more.
    func noteOrphanCharge(_ charge: NanoDollars, of hold: HoldID) {
        ledger?.append([.orphanCharge(hold, charge)])
    }

    /// Ends attempts: charges their accounts, returns what they did not need, keeps their usage.
    ///
    /// - Parameter told: called on the ledger's thread once all of it is written.
    func settle(
        _ settlements: [Settlement],
        at now: Timestamp,
        told: (@Sendable () -> Void)? = nil
    ) {
        treasury.withLock { treasury in
            var records: [LedgerRecord] = []
            for settlement in settlements {
                var entries: [LedgerEntry] = []
                if let claim = settlement.takeClaim() {
                    if let charge = settlement.charge {
                        treasury?.settle(
                            claim,
                            for: charge,
                            list: settlement.list,
                            at: now,
                            telling: &entries
                        )
                    } else {
                        treasury?.release(claim, at: now, telling: &entries)
                    }
                } else if let charge = settlement.charge, charge > .zero,
                    let account = settlement.event?.account
                {
                    treasury?.charge(account, charge, at: now, telling: &entries)
                }
                records += entries.map { .change($0, at: now) }
                if let event = settlement.event { records.append(.usage(event)) }
            }
            ledger?.append(records, told: told)
        }
    }

    private func append(_ entries: [LedgerEntry], at now: Timestamp) {
        guard !entries.isEmpty else { return }
        ledger?.append(entries.map { .change($0, at: now) })
    }

    private static var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds()) }
}
