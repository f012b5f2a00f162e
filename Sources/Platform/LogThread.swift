import Synchronization

/// The process's one log thread: it alone does the I/O of all logs.
///
/// It wakes at most twenty times a second: a line that finds it idle wakes it, and it then gathers
/// what comes for 50 ms before it writes; a sink that is half full cuts that short.
package final class LogThread: Sendable {
    /// The logs, in the order of their targets.
    package let sinks: [LogSink]

    private let bell: LogBell
    private let orders = Mutex(Orders())
    private let thread = Mutex<Thread?>(nil)
    private let note: @Sendable (Int) -> String

    /// What the thread was told.
    private struct Orders {
        var isReopening = false
        var isStopping = false
    }

    /// How long lines are gathered, in milliseconds.
    private static let gathering: CInt = 50

    /// Opens the targets and starts the thread.
    ///
    /// `note` makes the line that tells of lost lines.
    package init(
        _ targets: [LogTarget],
        capacity: Int = 1 << 20,
        note: @escaping @Sendable (Int) -> String = LogThread.note(ofLost:)
    ) throws(SystemError) {
        let bell = try LogBell()
        self.bell = bell
        self.note = note
        sinks = targets.map { _ in LogSink(capacity: capacity, bell: bell) }
        var outputs: [LogOutput] = []
        for target in targets { outputs.append(try LogOutput(target)) }
        var started: Thread? = try Thread("log") { [self] in run(outputs) }
        thread.withLock { $0 = started.take() }
    }

    /// Opens the files again, at once and on the thread.
    package func reopen() {
        orders.withLock { $0.isReopening = true }
        bell.ring(isUrgent: true)
    }

    /// Writes all that waits and ends the thread.
    ///
    /// Lines appended later are lost.
    package func flushAndStop() {
        orders.withLock { $0.isStopping = true }
        bell.ring(isUrgent: true)
        if let thread = thread.withLock({ $0.take() }) { thread.join() }
    }

    /// The usual line about lost lines.
    package static func note(ofLost count: Int) -> String {
        #"{"level":"warning","message":"log lines lost","count":\#(count)}"#
    }

    // MARK: On the thread

    private func run(_ outputs: [LogOutput]) {
        var batch = LogSink.Batch()
        while true {
            bell.waitIdly(unless: { hasWork })
            if !hasOrders { bell.wait(milliseconds: LogThread.gathering) }
            let orders = takeOrders()
            if orders.isStopping { for sink in sinks { sink.close() } }
            for (sink, output) in zip(sinks, outputs) {
                sink.take(into: &batch)
                output.write(batch, note: note)
                if orders.isReopening { output.reopen() }
            }
            if orders.isStopping { return }
        }
    }

    private var hasWork: Bool {
        hasOrders || sinks.contains { !$0.isEmpty }
    }

    private var hasOrders: Bool {
        orders.withLock { $0.isReopening || $0.isStopping }
    }

    private func takeOrders() -> Orders {
        orders.withLock { orders in
            defer { orders = Orders() }
            return orders
        }
    }
}
