import Accounting
import Ledger
import Model
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
    private let errands: @Sendable (LedgerErrand) -> Void
    private let changed: @Sendable () -> Void
    private var instance: LedgerInstance?
    private var isOpen = false
    /// Whether another worker has the ledger.
    private var isAway = false
    /// Who waits until all is written and the ledger can be another's.
    private var releasing: (() -> Void)?
    /// The other workers that may have holds, and how often they were found gone.
    private var others: [String: Int] = [:]
    private lazy var watch = Timer(handler: self)
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
    /// How often it is looked whether other workers live.
    private static let watchInterval: Duration = .milliseconds(500)

    /// - Parameter changed: called on another thread when ``look()`` is to be called.
    init(
        on loop: EventLoop,
        log: OperationalLog,
        errands: @escaping @Sendable (LedgerErrand) -> Void = { _ in },
        changed: @escaping @Sendable () -> Void
    ) {
        self.errands = errands
        self.loop = loop
        self.log = log
        self.changed = changed
    }

    /// The cashier for loops; nil where no money is handled at all.
    var cashierInUse: Cashier? { terms.mode != .off || isOpen || isAway ? cashier : nil }

    /// This worker's name in the books; empty while it never had the ledger.
    var name: String { instance?.name ?? "" }

    /// Opens the ledger where there is to be one, and goes on when it was read, or can't be.
    func open(_ terms: LedgerTerms, then done: @escaping () -> Void) {
        let old = self.terms
        self.terms = terms
        if isAway { comeBack() }
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

    /// Gives the ledger up to another worker, and tells when it is written and closed.
    ///
    /// A ledger that can't be written is not given up: it is this worker that has what it lacks.
    func release(then done: @escaping () -> Void) {
        finishWaiting()
        loop.cancel(closing)
        loop.cancel(retrial)
        loop.cancel(watch)
        others = [:]
        guard isOpen || terms.mode != .off else { return done() }
        releasing = done
        goAway()
    }

    private func goAway() {
        isAway = true
        cashier.handOver(errands: errands, flushed: changed)
    }

    /// The ledger is this worker's again.
    private func comeBack() {
        isAway = false
        releasing = nil
        if isOpen { close() }
        if terms.mode == .off { cashier.endErrands() }
    }

    /// The terms of a worker that does not have the ledger.
    func adopt(_ terms: LedgerTerms) {
        self.terms = terms
        guard terms.mode != .off, !isAway else { return }
        do {
            try takeName()
            goAway()
        } catch {
            cashier.fail("\(error)")
        }
    }

    /// What it holds from now on bears its name.
    private func takeName() throws {
        guard let directory = terms.directory else { throw NoStateDirectory() }
        if instance == nil { instance = try LedgerInstance(of: directory) }
    }

    /// A worker without the ledger has holds from now on.
    func watch(_ name: String) {
        guard !name.isEmpty, name != self.name, others[name] == nil else { return }
        others[name] = 0
        if !watch.isArmed { loop.arm(watch, at: .now + LedgerKeeper.watchInterval) }
    }

    /// Settles what others left behind; one is gone when it is twice found so: by then all that it
    /// said has come.
    private func lookAtOthers() {
        guard let directory = terms.directory, isOpen else { return }
        for (name, count) in others {
            guard !LedgerInstance.isAlive(name, in: directory) else { continue }
            others[name] = count + 1
            guard count > 0 else { continue }
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            let mail = changed
            cashier.settleOrphans(of: name, at: now) { mail() }
            if cashier.condition.problem == nil { others[name] = nil }
        }
        if !others.isEmpty { loop.arm(watch, at: .now + LedgerKeeper.watchInterval) }
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
        if isAway, let done = releasing, cashier.isFlushed {
            releasing = nil
            close()
            done()
        }
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
        } else if timer === watch {
            lookAtOthers()
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
            for name in try LedgerInstance.names(in: directory) { watch(name) }
            try takeName()
            guard let instance else { return }
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
