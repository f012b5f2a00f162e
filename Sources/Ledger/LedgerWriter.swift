import Model
import Platform
import Synchronization

/// What the ledger's thread does, and has of its own.
final class LedgerWriter: TimerHandler {
    private let queue: LedgerQueue
    private let state: LedgerThreadState
    private let loop: EventLoop
    private let site: LedgerSite
    /// Nil until it could be opened, and again when the connection may be what is wrong.
    private var ledger: LedgerDatabase?
    /// Whether it was told what the file holds, or that it is broken.
    private var isRead = false
    private var flaw: LedgerError?
    /// What could not be written so far.
    private var batch = LedgerQueue.Batch()
    private var lastStart: ContinuousClock.Instant
    /// When it gives up, once it shall stop.
    private var end: ContinuousClock.Instant?
    /// The events that were dropped before those that are told of now.
    private var droppedBefore = 0
    private var isDropping = false
    private lazy var timer = Timer(handler: self)
    private let chores: LedgerChores

    /// How long a file that was out of reach is left alone.
    private static let patience: Duration = .milliseconds(200)
    /// The same for one that is broken: it takes somebody to mend it.
    private static let longPatience: Duration = .seconds(5)
    /// The shortest time from one transaction to the next: whoever comes first after a rest does not
    /// wait, and where many come they share the pages that are written.
    private static let interval: Duration = .milliseconds(2)

    private init(
        _ queue: LedgerQueue,
        _ state: LedgerThreadState,
        _ site: LedgerSite,
        on loop: EventLoop
    ) {
        self.queue = queue
        self.state = state
        self.site = site
        self.loop = loop
        chores = LedgerChores(site, state, queue, on: loop)
        lastStart = .now - Self.interval
    }

    /// The thread's life.
    static func run(
        _ queue: LedgerQueue,
        _ state: LedgerThreadState,
        _ orders: Mailbox<LedgerOrder>,
        _ site: LedgerSite
    ) {
        do throws(SystemError) {
            let loop = try EventLoop()
            let writer = LedgerWriter(queue, state, site, on: loop)
            let receiver = try MailboxReceiver(orders, on: loop) { writer.take($0) }
            writer.writeAll()
            withExtendedLifetime((receiver, writer)) { loop.run() }
            loop.close()
        } catch {
            state.fault.withLock { $0 = LedgerError(.outOfReach, "\(error)") }
            site.changed()
        }
    }

    private func take(_ order: LedgerOrder) {
        switch order {
        case .look:
            if timer.isArmed { return }
            let due = lastStart + Self.interval
            if ContinuousClock.now < due { loop.arm(timer, at: due) } else { writeAll() }
        case .stop(let end):
            self.end = end
            writeAll()
        }
    }

    func timerFired(_ timer: Timer) {
        writeAll()
    }

    private func writeAll() {
        lastStart = .now
        batch.add(queue.take())
        tellOfDrops()
        if let flaw {
            refuseJobs(flaw)
            return stopIfDue()
        }
        do throws(LedgerError) {
            let ledger = try opened()
            if !batch.records.isEmpty { try ledger.write(batch.records) }
        } catch {
            return failed(error)
        }
        report(nil)
        var written = LedgerQueue.Batch()
        swap(&written, &batch)
        let hasMore = queue.takenIsWritten()
        for tell in written.tellings { tell() }
        if let ledger { for job in written.jobs { job(.success(ledger)) } }
        let isLast = !hasMore && end != nil
        if let ledger { chores.ledgerWasWritten(ledger, isLast: isLast) }
        if hasMore {
            loop.arm(timer, at: lastStart + Self.interval)
        } else if isLast {
            loop.stop()
        }
    }

    // MARK: Faults

    private func failed(_ error: LedgerError) {
        report(error)
        if !error.leavesConnection {
            ledger = nil
            chores.ledgerWasLost()
        }
        if !isRead, error.kind == .broken {
            isRead = true
            flaw = error
            site.contents(.failure(error))
        } else {
            let pause = error.kind == .broken ? Self.longPatience : Self.patience
            loop.arm(timer, at: .now + min(pause, end.map { $0 - .now } ?? pause))
        }
        refuseJobs(error)
        stopIfDue()
    }

    private func report(_ error: LedgerError?) {
        let isNews = state.fault.withLock { fault in
            defer { fault = error }
            return (fault == nil) != (error == nil)
        }
        if isNews { site.changed() }
    }

    private func refuseJobs(_ error: LedgerError) {
        let jobs = batch.jobs
        batch.jobs = []
        for job in jobs { job(.failure(error)) }
    }

    /// Ends without having written all, once that was tried for long enough.
    private func stopIfDue() {
        guard let end, flaw != nil || .now >= end else { return }
        if !batch.records.isEmpty {
            let reason = state.fault.withLock { $0 }
            state.loss.withLock { [records = batch.records] in $0 = LedgerLoss(records, reason) }
        }
        loop.stop()
    }

    private func opened() throws(LedgerError) -> LedgerDatabase {
        if let ledger { return ledger }
        if !isRead {
            do throws(SystemError) {
                try site.admitted()
            } catch {
                throw LedgerError(.outOfReach, "\(error)")
            }
        }
        let ledger = try LedgerDatabase(site.path, sync: site.sync, instance: site.instance)
        if !isRead {
            let contents = try ledger.contents(isAlive: site.isAlive)
            isRead = true
            site.contents(.success(contents))
        }
        self.ledger = ledger
        return ledger
    }

    /// Tells once that events are dropped, and once that none is any more.
    private func tellOfDrops() {
        let dropped = queue.droppedCount
        if !isDropping, dropped > droppedBefore {
            isDropping = true
            site.tell(.dropsUsage)
        } else if isDropping, batch.records.count < Limits.waitingUsageEvents / 2 {
            isDropping = false
            site.tell(.droppedUsage(dropped - droppedBefore))
            droppedBefore = dropped
        }
    }
}
