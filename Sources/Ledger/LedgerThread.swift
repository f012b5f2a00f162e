package import Accounting
package import Platform
import Synchronization

/// The one thread that writes the ledger: whatever waits goes into one transaction.
///
/// Nobody waits for it but who asks to be told. While the file is out of reach the records stay in
/// their order, and are tried again: nothing is lost while the process lives. They are bounded by the
/// holds that are open, as no request is given another one as long as ``problem`` says why.
package final class LedgerThread: Sendable {
    private let waiting = Mutex(Waiting())
    private let fault = Mutex<LedgerError?>(nil)
    private let orders: Mailbox<Order>
    private let thread = Mutex<Thread?>(nil)

    private struct Waiting {
        var records: [LedgerRecord] = []
        var tellings: [@Sendable () -> Void] = []
    }

    private enum Order: Sendable { case look, stop }

    /// Starts the thread, which opens the ledger by itself, as soon as that is within reach.
    ///
    /// - Parameters:
    ///   - instance: which worker this is.
    ///   - isAlive: whether the worker of an instance runs.
    ///   - contents: called once, on the thread, before anything is written: with what the file
    ///     holds, or why it is broken.
    package init(
        _ path: String,
        sync: LedgerSync,
        instance: String,
        isAlive: @escaping @Sendable (String) -> Bool,
        contents: @escaping @Sendable (Result<LedgerContents, LedgerError>) -> Void
    ) throws(SystemError) {
        let orders = try Mailbox<Order>()
        self.orders = orders
        let open = { @Sendable () throws(LedgerError) -> (LedgerDatabase, LedgerContents) in
            let ledger = try LedgerDatabase(path, sync: sync, instance: instance)
            return (ledger, try ledger.contents(isAlive: isAlive))
        }
        var started: Thread? = try Thread("ledger") { [self] in run(open, contents) }
        thread.withLock { $0 = started.take() }
    }

    /// Why nothing can be written now; nil while all is well.
    package var problem: LedgerError? { fault.withLock { $0 } }

    /// Hands over records, to be written in their order, all of them or none.
    ///
    /// - Parameter told: called on the thread once they are written.
    package func append(_ records: [LedgerRecord], told: (@Sendable () -> Void)? = nil) {
        let wasEmpty = waiting.withLock { waiting in
            let wasEmpty = waiting.records.isEmpty && waiting.tellings.isEmpty
            waiting.records += records
            if let told { waiting.tellings.append(told) }
            return wasEmpty
        }
        if wasEmpty { orders.post(.look) }
    }

    /// Writes all that waits, if it can be written, and ends the thread.
    package func flushAndStop() {
        orders.post(.stop)
        if let thread = thread.withLock({ $0.take() }) { thread.join() }
    }

    // MARK: On the thread

    private typealias Opening = @Sendable () throws(LedgerError) -> (LedgerDatabase, LedgerContents)

    private func run(
        _ open: @escaping Opening,
        _ contents: @escaping @Sendable (Result<LedgerContents, LedgerError>) -> Void
    ) {
        do throws(SystemError) {
            let loop = try EventLoop()
            let writer = Writer(for: self, on: loop, open, contents)
            let receiver = try MailboxReceiver(orders, on: loop) { order in
                writer.writeAll()
                if case .stop = order { loop.stop() }
            }
            writer.writeAll()
            withExtendedLifetime((receiver, writer)) { loop.run() }
            loop.close()
        } catch {
            fault.withLock { $0 = LedgerError(.outOfReach, "\(error)") }
        }
    }

    /// How long a file that was out of reach is left alone.
    private static let patience: Duration = .milliseconds(200)

    /// What the thread has of its own.
    private final class Writer: TimerHandler {
        private let owner: LedgerThread
        private let loop: EventLoop
        private let open: Opening
        private let contents: @Sendable (Result<LedgerContents, LedgerError>) -> Void
        /// Nil until it could be opened.
        private var ledger: LedgerDatabase?
        private var isBroken = false
        /// What could not be written so far.
        private var batch = Waiting()
        private lazy var timer = Timer(handler: self)

        init(
            for owner: LedgerThread,
            on loop: EventLoop,
            _ open: @escaping Opening,
            _ contents: @escaping @Sendable (Result<LedgerContents, LedgerError>) -> Void
        ) {
            self.owner = owner
            self.loop = loop
            self.open = open
            self.contents = contents
        }

        func timerFired(_ timer: Timer) {
            writeAll()
        }

        func writeAll() {
            let new = owner.waiting.withLock { waiting in
                defer { waiting = Waiting() }
                return waiting
            }
            batch.records += new.records
            batch.tellings += new.tellings
            guard !isBroken else { return }
            do throws(LedgerError) {
                let ledger = try opened()
                if !batch.records.isEmpty { try ledger.write(batch.records) }
                owner.fault.withLock { $0 = nil }
                let tellings = batch.tellings
                batch = Waiting()
                for tell in tellings { tell() }
            } catch {
                owner.fault.withLock { $0 = error }
                if ledger == nil, error.kind == .broken {
                    isBroken = true
                    contents(.failure(error))
                } else {
                    loop.arm(timer, at: .now + LedgerThread.patience)
                }
            }
        }

        private func opened() throws(LedgerError) -> LedgerDatabase {
            if let ledger { return ledger }
            let (ledger, found) = try open()
            self.ledger = ledger
            contents(.success(found))
            return ledger
        }
    }
}
