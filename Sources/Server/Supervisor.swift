package import Platform
package import Storage

/// `lockkeeper serve`: opens the socket, keeps one worker running on it, passes signals on.
///
/// It serves no request and reads nothing from the network, so that nothing a client sends can
/// end it.
package final class Supervisor: TimerHandler {
    private let configuration: Configuration
    private let log: OperationalLog
    private let loop: EventLoop
    private var socket: FileDescriptor?
    private var worker: ChildProcess?
    private var signals: SignalReader?
    private var restartDelay = Duration.zero
    private var startedAt = ContinuousClock.now
    private var isStopping = false
    private lazy var restartTimer = Timer(handler: self)
    private lazy var killTimer = Timer(handler: self)

    /// The pause before the second start in a row; it doubles up to ``longestDelay``.
    private static let firstDelay: Duration = .milliseconds(100)
    private static let longestDelay: Duration = .seconds(5)
    /// A worker that lived so long did not die of its start.
    private static let healthyAge: Duration = .seconds(10)
    /// How long a worker may take beyond `drain_timeout` before it is killed.
    private static let grace: Duration = .seconds(5)

    /// Opens the listening socket that the configuration names.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        log = try OperationalLog(configuration.logLevel)
        loop = try EventLoop()
        socket = try Supervisor.open(configuration)
    }

    private static func open(_ configuration: Configuration) throws -> FileDescriptor {
        switch configuration.listen {
        case .unix(let path):
            let isRoot = FileOwner.effectiveUser == 0
            return try ListeningSocket.unix(
                path: path,
                mode: configuration.listenMode,
                group: isRoot ? configuration.listenGroup : nil
            )
        case .inherited: return try ListeningSocket.inherited()
        case .systemd:
            let environment = ConfigurationSources.processEnvironment
            return try ListeningSocket.systemd(
                listenPID: environment["LISTEN_PID"],
                listenFDs: environment["LISTEN_FDS"]
            )
        case .tcp(let address, let port):
            return try ListeningSocket.tcp(address: address, port: port)
        }
    }

    /// Supervises until SIGTERM or SIGINT and the worker's end.
    package func run() throws {
        ThisProcess.raiseDescriptorLimit()
        signals = try SignalReader(on: loop) { [unowned self] in receive($0) }
        for warning in configuration.warnings {
            log.warning("configuration", ["note": warning.description])
        }
        startWorker()
        loop.run()
        log.close()
    }

    // MARK: The worker

    private func startWorker() {
        guard let listening = socket?.number else { return }
        startedAt = .now
        do throws(SystemError) {
            let path = try ThisProcess.executablePath()
            worker = try ChildProcess.start(
                path,
                arguments: ["worker", "--config", configuration.path],
                environment: ConfigurationSources.processEnvironment,
                descriptors: [(childNumber: 0, descriptor: listening)]
            )
        } catch {
            log.error("the worker could not be started", ["reason": error.description])
            scheduleRestart()
        }
    }

    private func workerEnded(_ ending: ChildProcess.Ending) {
        worker = nil
        if isStopping {
            loop.stop()
            return
        }
        log.error("worker ended; another one is started", ["how": ending.words])
        scheduleRestart()
    }

    /// At once after a healthy life, then later and later.
    private func scheduleRestart() {
        let now = ContinuousClock.now
        if now - startedAt >= Supervisor.healthyAge { restartDelay = .zero }
        loop.arm(restartTimer, at: now + restartDelay)
        restartDelay = min(
            max(restartDelay * 2, Supervisor.firstDelay),
            Supervisor.longestDelay
        )
    }

    // MARK: Signals

    private func receive(_ signal: Signal) {
        switch signal {
        case .hup, .usr1: worker?.send(signal)
        case .usr2: log.warning("SIGUSR2 is not taken", [:])
        case .child:
            while let ending = worker?.checkEnding() { workerEnded(ending) }
        case .term, .int: stop()
        }
    }

    /// New connections are refused at once; the worker ends its requests first.
    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        socket = nil
        if case .unix(let path) = configuration.listen { ListeningSocket.removeFile(path) }
        guard let worker else { return loop.stop() }
        worker.send(.term)
        loop.arm(killTimer, at: .now + configuration.drainTimeout + Supervisor.grace)
    }

    package func timerFired(_ timer: Timer) {
        if timer === restartTimer {
            if !isStopping { startWorker() }
        } else {
            log.error("the worker did not end in time and is killed", [:])
            worker?.kill()
        }
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
