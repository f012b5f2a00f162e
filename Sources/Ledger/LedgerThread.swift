package import Accounting
package import Platform
import Synchronization

/// The one thread that writes the ledger: whatever waits goes into one transaction.
///
/// Nobody waits for it but who asks to be told. While the file is out of reach the records stay in
/// their order, and are tried again: nothing is lost while the process lives. They are bounded by the
/// holds that are open, as no request is given another one as long as ``problem`` says why.
package final class LedgerThread: Sendable {
    private let queue = LedgerQueue()
    private let state = LedgerThreadState()
    private let orders: Mailbox<LedgerOrder>
    private let thread = Mutex<Thread?>(nil)

    /// Starts the thread, which opens the ledger by itself, as soon as that is within reach.
    ///
    /// - Parameters:
    ///   - instance: which worker this is.
    ///   - retention: how long usage events are kept.
    ///   - pause: how often events are looked for that are older.
    ///   - isAlive: whether the worker of an instance runs.
    ///   - admitted: called on the thread before the file is read; returns when it may be.
    ///   - changed: called on the thread when ``problem`` has begun, or has ended.
    ///   - tell: called on the thread with what belongs into the log.
    ///   - contents: called once, on the thread, before anything is written: with what the file
    ///     holds, or why it is broken.
    package init(
        _ path: String,
        sync: LedgerSync,
        instance: String,
        retention: Duration = .seconds(90 * 86_400),
        pause: Duration = .seconds(60),
        isAlive: @escaping @Sendable (String) -> Bool,
        admitted: @escaping @Sendable () throws(SystemError) -> Void = {},
        changed: @escaping @Sendable () -> Void = {},
        tell: @escaping @Sendable (LedgerNote) -> Void = { _ in },
        contents: @escaping @Sendable (Result<LedgerContents, LedgerError>) -> Void
    ) throws(SystemError) {
        orders = try Mailbox<LedgerOrder>()
        state.retention.withLock { $0 = retention }
        let site = LedgerSite(
            path: path,
            sync: sync,
            instance: instance,
            pause: pause,
            isAlive: isAlive,
            admitted: admitted,
            changed: changed,
            tell: tell,
            contents: contents
        )
        var started: Thread? = try Thread("ledger") { [queue, state, orders] in
            LedgerWriter.run(queue, state, orders, site)
        }
        thread.withLock { $0 = started.take() }
    }

    /// Why nothing can be written now; nil while all is well.
    package var problem: LedgerError? { state.fault.withLock { $0 } }

    /// How many records are not written yet.
    package var waitingCount: Int { queue.count }

    /// How many usage events were dropped, as too many waited; none of them is of a settlement.
    package var droppedUsageCount: Int { queue.droppedCount }

    /// Changes how long usage events are kept.
    package func keepEvents(for retention: Duration) {
        state.retention.withLock { $0 = retention }
    }

    /// Hands over records, to be written in their order, all of them or none.
    ///
    /// - Parameter told: called on the thread once they are written.
    package func append(_ records: [LedgerRecord], told: (@Sendable () -> Void)? = nil) {
        if queue.append(records, told) { orders.post(.look) }
    }

    /// What is done with the ledger, or why it can't be.
    package typealias Job = @Sendable (Result<LedgerDatabase, LedgerError>) -> Void

    /// Has something done with the ledger, once all that was handed over is written.
    ///
    /// - Parameter job: called on the thread, and soon where the ledger can't be used now.
    package func perform(_ job: @escaping Job) {
        if queue.append(job) { orders.post(.look) }
    }

    /// Writes all that waits, and ends the thread.
    ///
    /// - Parameter patience: how long a file that is out of reach is tried again.
    /// - Returns: what could not be written; nil when all is.
    @discardableResult package func flushAndStop(
        within patience: Duration = .seconds(5)
    ) -> LedgerLoss? {
        orders.post(.stop(by: .now + patience))
        if let thread = thread.withLock({ $0.take() }) { thread.join() }
        return state.loss.withLock { $0 }
    }
}

/// What the thread and those who ask it share beside the records.
final class LedgerThreadState: Sendable {
    let fault = Mutex<LedgerError?>(nil)
    let loss = Mutex<LedgerLoss?>(nil)
    let retention = Mutex(Duration.zero)
}

/// What the thread is asked for.
enum LedgerOrder: Sendable {
    case look
    case stop(by: ContinuousClock.Instant)
}

/// Where a ledger is, and who wants to know of it.
struct LedgerSite: Sendable {
    let path: String
    let sync: LedgerSync
    let instance: String
    let pause: Duration
    let isAlive: @Sendable (String) -> Bool
    let admitted: @Sendable () throws(SystemError) -> Void
    let changed: @Sendable () -> Void
    let tell: @Sendable (LedgerNote) -> Void
    let contents: @Sendable (Result<LedgerContents, LedgerError>) -> Void
}
