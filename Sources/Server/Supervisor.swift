import Model
package import Platform
package import Storage

/// `lockkeeper serve`: opens the socket, keeps one worker running on it, passes signals on.
///
/// It serves no request and reads nothing from the network, so that nothing a client sends can
/// end it. ``Supervision`` decides; this does it.
package final class Supervisor: TimerHandler {
    private let configuration: Configuration
    private let log: OperationalLog
    private let loop: EventLoop
    /// Where the program stands, whichever it is when a worker is started.
    private let program: String
    private let reporter = ServiceReporter()
    private var socket: FrontSocket?
    private var supervision: Supervision
    private var workers: [Int32: SupervisedWorker] = [:]
    private var signals: SignalReader?
    private lazy var timer = Timer(handler: self)

    /// The descriptor on which a worker finds the line to its supervisor.
    private static let channelNumber: CInt = 3

    /// Opens the listening socket that the configuration names.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        log = try OperationalLog(configuration.logLevel)
        loop = try EventLoop()
        program = try ThisProcess.programPath()
        var limits = SupervisionLimits()
        limits.drainTime = configuration.drainTimeout
        supervision = Supervision(limits)
        socket = try FrontSocket(configuration)
    }

    /// Supervises until SIGTERM or SIGINT and the last worker's end.
    package func run() throws {
        defer { loop.close() }
        ThisProcess.raiseDescriptorLimit()
        signals = try SignalReader(on: loop) { [unowned self] in receive($0) }
        for warning in configuration.warnings {
            log.warning("configuration", ["note": warning.description])
        }
        perform(supervision.begin())
        loop.run()
        log.close()
    }

    // MARK: What happens

    private var now: Moment {
        Moment(instant: .now, unixSecond: Int(WallClock.milliseconds() / 1000))
    }

    private func receive(_ signal: Signal) {
        guard signal == .child else { return perform(supervision.received(signal, at: now)) }
        for (id, worker) in workers {
            guard let ending = worker.process.checkEnding() else { continue }
            worker.channel?.receiveRest()
            worker.channel?.close()
            workers[id] = nil
            let isClean = ending == .exited(0)
            perform(supervision.ended(id, ending.words, isClean: isClean, at: now))
        }
    }

    package func timerFired(_ timer: Timer) {
        perform(supervision.timePassed(at: now))
    }

    // MARK: What is done

    private func perform(_ actions: [SupervisorAction]) {
        for action in actions { perform(action) }
        if let deadline = supervision.nextDeadline {
            loop.arm(timer, at: deadline)
        } else {
            loop.cancel(timer)
        }
    }

    private func perform(_ action: SupervisorAction) {
        switch action {
        case .start: startWorker()
        case .say(let order, let id): workers[id]?.channel?.send(order.line)
        case .signal(let signal, let id): workers[id]?.process.send(signal)
        case .kill(let id): workers[id]?.process.kill()
        case .closeSocket:
            socket.take()?.close()
            tellEnd(within: configuration.drainTimeout)
        case .log(let event): tell(event)
        case .finish: loop.stop()
        }
    }

    private func startWorker() {
        guard let listening = socket?.number else { return }
        do throws(SystemError) {
            let pair = try LineChannel.makePair()
            let number = Supervisor.channelNumber
            let process = try ChildProcess.start(
                program,
                arguments: ["worker", "--config", configuration.path, "--channel", "\(number)"],
                environment: ConfigurationSources.processEnvironment,
                descriptors: [(0, listening), (number, pair.theirs.number)],
                signals: .waiting
            )
            let id = process.identifier
            let worker = SupervisedWorker(process)
            workers[id] = worker
            perform(supervision.started(id, at: now))
            worker.channel = try LineChannel(pair.takeOurs(), on: loop) { [unowned self] line in
                guard let report = WorkerReport(line: line) else { return }
                perform(supervision.heard(report, from: id, at: now))
                guard case .draining(let milliseconds) = report, socket == nil else { return }
                tellEnd(within: .milliseconds(milliseconds))
            } ended: {
                // SIGCHLD tells how.
            }
        } catch {
            perform(supervision.startFailed(error.description, at: now))
        }
    }

    /// Asks the service manager for the time that draining takes, and a little for those that must
    /// be killed then.
    private func tellEnd(within drainTime: Duration) {
        reporter.tell(.stopping(within: drainTime + SupervisionLimits().grace * 2), log: log)
    }

    private func tell(_ event: SupervisorEvent) {
        switch event {
        case .startFailed(let reason):
            log.error("the worker could not be started", ["reason": reason])
        case .workerEnded(let how):
            log.error("worker ended; another one is started", ["how": how])
            reporter.tell(.status("a worker ended (\(how)); another one is started"), log: log)
        case .handoverBegun: log.notice("hand-over begins", ["program": program])
        case .handoverDeclined(let reason): log.warning("SIGUSR2 ignored", ["reason": reason])
        case .handoverRefused(let reason):
            log.error(
                "hand-over refused; the old worker goes on",
                ["reason": reason, "program": program]
            )
        case .handedOver(let old, let new):
            log.notice("handed over", ["from": "\(old)", "to": "\(new)"])
        case .drained(let id, let how, let isClean):
            if isClean {
                log.notice("old worker ended", ["worker": "\(id)"])
            } else {
                log.error("an old worker did not end well", ["worker": "\(id)", "how": how])
            }
        case .killed(let id):
            log.error("the worker did not end in time and is killed", ["worker": "\(id)"])
        }
    }
}

/// A worker's process and the line to it.
private final class SupervisedWorker {
    let process: ChildProcess
    var channel: LineChannel?

    init(_ process: ChildProcess) {
        self.process = process
    }
}

extension ChildProcess.Ending {
    /// The ending as an operator says it.
    fileprivate var words: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}
