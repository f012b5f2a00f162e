import Platform

/// A worker's end of the line to its supervisor.
final class SupervisorLine {
    /// Who is told what the supervisor says.
    var receive: (WorkerOrder) -> Void = { _ in }
    /// Who is told that it is gone.
    var ended: () -> Void = {}
    private var channel: LineChannel?

    init(_ socket: consuming FileDescriptor, on loop: EventLoop) throws(SystemError) {
        channel = try LineChannel(socket, on: loop) { [unowned self] line in
            if let order = WorkerOrder(line: line) { receive(order) }
        } ended: { [unowned self] in
            ended()
        }
    }

    /// Tells it something.
    func say(_ report: WorkerReport) {
        channel?.send(report.line)
    }

    /// Waits a moment until it has taken what was said.
    func finish() {
        receive = { _ in }
        ended = {}
        channel?.finish(within: .seconds(1))
    }
}
