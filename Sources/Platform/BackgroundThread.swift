/// A thread that does one job after the other: for work that would hold up a loop.
///
/// Jobs say by a ``Mailbox`` of the loop that asked what came of them.
package final class BackgroundThread: Sendable {
    private typealias Job = @Sendable () -> Void

    private let jobs: Mailbox<Job>

    /// Starts the thread, which lasts as long as the process.
    package init(_ name: String) throws(SystemError) {
        let jobs = try Mailbox<Job>()
        self.jobs = jobs
        try Thread(name) { BackgroundThread.run(jobs) }.detach()
    }

    /// Has something done with an object, after the jobs that wait already.
    ///
    /// The object is lent: the caller touches nothing of it until `work` has told it that it is
    /// done, as by a message.
    package func lend<Object: AnyObject>(
        _ object: Object,
        to work: @escaping @Sendable (Object) -> Void
    ) {
        let address = unsafe UInt(bitPattern: Unmanaged.passRetained(object).toOpaque())
        jobs.post {
            guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return }
            unsafe work(Unmanaged<Object>.fromOpaque(pointer).takeRetainedValue())
        }
    }

    private static func run(_ jobs: Mailbox<Job>) {
        do {
            let loop = try EventLoop()
            let receiver = try MailboxReceiver(jobs, on: loop) { $0() }
            // The loops' streams don't wait for it.
            ThisProcess.giveWayToOtherThreads()
            withExtendedLifetime(receiver) { loop.run() }
        } catch {
            // Whoever waits for a job would wait for ever.
            fatalError("a background thread could not start: \(error)")
        }
    }
}
