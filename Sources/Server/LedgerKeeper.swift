import Accounting
import Ledger
import Platform
import Storage

/// Opens and closes the ledger at the right moments, and tells the operator how it is.
///
/// It works on the housekeeping thread; the loops have its ``cashier``.
final class LedgerKeeper: TimerHandler {
    /// What the loops reserve and settle with.
    let cashier = Cashier()
    private let loop: EventLoop
    private let log: OperationalLog
    private let changed: @Sendable () -> Void
    private var instance: LedgerInstance?
    private var isOpen = false
    /// Who waits until the ledger was read, or can't be.
    private var waiting: (() -> Void)?
    private lazy var patience = Timer(handler: self)
    private lazy var closing = Timer(handler: self)
    private lazy var retrial = Timer(handler: self)
    /// By what terms it is kept.
    private(set) var terms = LedgerTerms()
    /// Whether it was told that something is wrong.
    private var isProblemTold = false

    /// How long a start waits for a ledger that is out of reach before it goes on without.
    private static let longestWait: Duration = .seconds(2)
    /// How often it is looked whether the last hold is gone, or what was in the way.
    private static let interval: Duration = .milliseconds(250)

    /// - Parameter changed: called on another thread when ``look()`` is to be called.
    init(on loop: EventLoop, log: OperationalLog, changed: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.log = log
        self.changed = changed
    }

    /// The cashier for loops; nil where no money is handled at all.
    var cashierInUse: Cashier? { terms.mode != .off || isOpen ? cashier : nil }

    /// Opens the ledger where there is to be one, and goes on when it was read, or can't be.
    func open(_ terms: LedgerTerms, then done: @escaping () -> Void) {
        let old = self.terms
        self.terms = terms
        guard terms.mode != .off else {
            if isOpen { closeWhenIdle() }
            return done()
        }
        loop.cancel(closing)
        if isOpen, cashier.condition.isBroken || old.sync != terms.sync { close() }
        if isOpen { cashier.keepEvents(for: terms.retention) } else { start() }
        guard isWorthWaiting else { return done() }
        finishWaiting()
        waiting = done
        loop.arm(patience, at: .now + LedgerKeeper.longestWait)
    }

    /// Writes all and closes; what can't be written is settled by rule at the next start.
    func close() {
        loop.cancel(closing)
        loop.cancel(retrial)
        isOpen = false
        if let loss = cashier.close() {
            log.error("ledger closed before all was written", ["loss": "\(loss)"])
        }
    }

    /// The worker's last act: nothing bears its name any more.
    func end() {
        close()
        do throws(SystemError) {
            try instance?.remove()
        } catch {
            log.warning("the ledger's lock file stays", ["reason": "\(error)"])
        }
    }

    /// Something about the ledger has changed.
    func look() {
        let condition = cashier.condition
        if let problem = condition.problem {
            if !isProblemTold { tell(problem, isBroken: condition.isBroken) }
        } else if isProblemTold {
            log.notice("ledger in reach again; managed requests are served", [:])
        }
        isProblemTold = condition.problem != nil
        if !isWorthWaiting { finishWaiting() }
    }

    func timerFired(_ timer: Timer) {
        if timer === patience {
            finishWaiting()
        } else if timer === retrial {
            if !isOpen, terms.mode != .off { start() }
        } else if cashier.condition.openHolds == 0 {
            close()
        } else {
            loop.arm(closing, at: .now + LedgerKeeper.interval)
        }
    }

    private var isWorthWaiting: Bool {
        let condition = cashier.condition
        return isOpen && !condition.isRead && !condition.isBroken
    }

    private func finishWaiting() {
        loop.cancel(patience)
        waiting.take()?()
    }

    private func start() {
        do {
            guard let directory = terms.directory else { throw NoStateDirectory() }
            try LedgerInstance.removeStale(in: directory)
            let instance = try self.instance ?? LedgerInstance(of: directory)
            self.instance = instance
            try cashier.open(
                in: directory,
                as: instance,
                sync: terms.sync,
                retention: terms.retention,
                tell: { [log] in LedgerKeeper.log($0, in: log) },
                changed: changed
            )
            isOpen = true
        } catch {
            cashier.fail("\(error)")
            loop.arm(retrial, at: .now + LedgerKeeper.interval)
        }
        look()
    }

    /// Nothing is reserved any more: it is closed with the last hold.
    private func closeWhenIdle() {
        timerFired(closing)
    }

    private static func log(_ note: LedgerNote, in log: OperationalLog) {
        switch note {
        case .dropsUsage: log.error("usage is not kept: too much of it waits for the ledger", [:])
        case .droppedUsage(let count):
            log.error("usage is kept again", ["events_not_kept": "\(count)"])
        case .isBehind(let error):
            log.warning("ledger not sealed, or old usage not deleted", ["reason": "\(error)"])
        }
    }

    private func tell(_ problem: String, isBroken: Bool) {
        let remedy =
            isBroken
            ? "put a good copy of the file in its place, or move it away with its -wal and -shm to "
                + "begin with empty books; then reload"
            : "see to the disk and the rights of the file; it is tried again by itself"
        log.error(
            "ledger can't be used; managed requests are refused, own keys go on",
            ["reason": problem, "remedy": remedy]
        )
    }
}

/// By what terms the ledger is kept.
struct LedgerTerms {
    /// Whether there is one.
    var mode = CreditRules.Mode.off
    /// When a write counts as done.
    var sync = LedgerSync.normal
    /// How long usage events are kept.
    var retention = Duration.zero
    /// Where it lies; nil where there is no state directory.
    var directory: StateDirectory?
}

private struct NoStateDirectory: Error, CustomStringConvertible {
    var description: String { "there is no state directory" }
}
