import Model
import Platform
import Synchronization

/// What the ledger's thread does besides, a little at a time: it seals the books, and deletes the
/// events that are older than is kept.
final class LedgerChores: TimerHandler {
    private enum Chore { case sealing, deleting }

    private let state: LedgerThreadState
    private let queue: LedgerQueue
    private let site: LedgerSite
    private let loop: EventLoop
    /// The ledger as long as it is within reach.
    private var ledger: LedgerDatabase?
    private lazy var timer = Timer(handler: self)
    /// What could not be done the last time.
    private var behind: Set<Chore> = []
    /// When books that could not be sealed are tried again.
    private var nextSeal = ContinuousClock.now

    /// How soon more of the old events are deleted.
    private static let shortPause: Duration = .milliseconds(20)
    /// The events that are deleted in one transaction.
    private static let eventsAtOnce = 500
    /// The records that wait when there is no time to delete anything.
    private static let busyLength = 200

    init(_ site: LedgerSite, _ state: LedgerThreadState, _ queue: LedgerQueue, on loop: EventLoop) {
        self.state = state
        self.queue = queue
        self.site = site
        self.loop = loop
    }

    /// A batch was written.
    ///
    /// - Parameter isLast: whether it is the last one of all.
    func ledgerWasWritten(_ ledger: LedgerDatabase, isLast: Bool) {
        self.ledger = ledger
        if isLast || ledger.unsealedCount >= Checkpoint.interval, .now >= nextSeal { seal() }
        if !timer.isArmed { loop.arm(timer, at: .now + site.pause) }
    }

    /// The connection is given up.
    func ledgerWasLost() { ledger = nil }

    private func seal() {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        attempt(.sealing) { ledger throws(LedgerError) in try ledger.seal(at: now) }
        if behind.contains(.sealing) { nextSeal = .now + site.pause }
    }

    func timerFired(_ timer: Timer) {
        guard queue.count < Self.busyLength else { return loop.arm(timer, at: .now + site.pause) }
        let kept = state.retention.withLock { $0 }.components.seconds
        let (length, overflow) = kept.multipliedReportingOverflow(by: 1000)
        let now = WallClock.milliseconds()
        let first = Timestamp(milliseconds: overflow ? 0 : now - length)
        var hasMore = false
        attempt(.deleting) { ledger throws(LedgerError) in
            hasMore = try ledger.deleteEvents(before: first, atMost: Self.eventsAtOnce)
        }
        loop.arm(timer, at: .now + (hasMore ? Self.shortPause : site.pause))
    }

    /// Does something, and says once that it can't be done.
    private func attempt(
        _ chore: Chore,
        _ body: (LedgerDatabase) throws(LedgerError) -> Void
    ) {
        guard let ledger else { return }
        do throws(LedgerError) {
            try body(ledger)
            behind.remove(chore)
        } catch {
            if behind.insert(chore).inserted { site.tell(.isBehind(error)) }
        }
    }
}
