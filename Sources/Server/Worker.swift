import Curl
import FastCGI
package import Platform
import Relay
import Routing
import Storage

/// The worker process: a loop on each core, and this thread, which keeps house for them.
///
/// The housekeeping thread takes signals, reloads, answers `control.sock`, puts together what the
/// loops measure and writes what has to outlive the process; nothing of a request waits for it.
package final class Worker: TimerHandler {
    let loop: EventLoop
    /// The line to the supervisor; nil for a worker that was started by hand.
    let supervisor: SupervisorLine?
    let mailbox: Mailbox<HousekeepingMessage>
    let reloader: Reloader
    let log: OperationalLog
    /// The ledger, and what the loops have of it.
    let ledger: LedgerKeeper
    /// Who answers for it.
    let counter: LedgerCounter
    /// Who asks another worker for it.
    let courier: LedgerCourier
    /// Who answers for the API.
    let desk: ControlDesk
    /// What the command line asks of it.
    var calls = OpenLocalCalls()
    /// Changes that wait to be in force.
    var changes = WaitingChanges()
    let reporter = ServiceReporter()
    let startedAt: ContinuousClock.Instant
    /// Who warns accounts; nil in a worker that does not own the ledger.
    var warner: Warner?
    /// Requests as they end, and the callers who watch them.
    let live = LiveFeed()
    private(set) lazy var streams = LiveStreams(live) { [mailbox] in mailbox.post(.live($0)) }
    /// The event loops that run.
    var loops: [RunningLoop] = []
    /// Whom to answer when every loop has done what a ticket asks for.
    var tickets = Tickets()
    var lastReload: ReloadResult?
    /// Whether it has what only one worker may have.
    var isOwner = false
    /// The questions that other workers have not all answered yet.
    var questions = OpenQuestions()
    /// How the last hand-over ended, as far as it was told.
    var lastHandover: HandoverResult?
    /// Why it can't go on.
    var failure: (any Error)?
    var control: ControlServer?
    var socket: FileDescriptor?
    private(set) var isDraining = false
    private var receiver: MailboxReceiver<HousekeepingMessage>?
    private var signals: SignalReader?
    private lazy var drainTimer = Timer(handler: self)
    /// What the loops measured of late.
    private(set) lazy var metrics = MetricsBook(on: loop) { [unowned self] report in
        for running in loops { running.mailbox.post(.metrics(MetricsView(report))) }
    }
    private lazy var lastUsedTimer = Timer(handler: self)

    /// Serves until it is told to end.
    ///
    /// The listening socket is descriptor 0, the line to the supervisor the descriptor `channel`.
    package static func serve(configurationPath: String, channel: CInt?) throws {
        let loop = try EventLoop()
        defer { loop.close() }
        let supervisor = try channel.map { number throws(SystemError) in
            try SupervisorLine(FileDescriptor(taking: number), on: loop)
        }
        defer { supervisor?.finish() }
        do {
            try Worker(configurationPath, on: loop, supervisor).run()
        } catch {
            supervisor?.say(.failed("\(error)"))
            throw error
        }
    }

    /// Reads the configuration; nothing is served yet.
    ///
    /// - Throws: `StartFailure` when the configuration can't be used. A store that can't be read
    ///   is none: it is answered with 27009 until a reload mends it.
    private init(
        _ configurationPath: String,
        on loop: EventLoop,
        _ supervisor: SupervisorLine?
    ) throws {
        startedAt = .now
        self.loop = loop
        self.supervisor = supervisor
        let mailbox = try Mailbox<HousekeepingMessage>()
        self.mailbox = mailbox
        let start = try Reloader.load(configurationPath)
        let log = try OperationalLog(start.configuration.logLevel)
        self.log = log
        reloader = try Reloader(start, path: configurationPath, log: log)
        courier = LedgerCourier(on: loop)
        let help = ControlHelp {
            mailbox.post(.stored(sequence: $0, then: $1))
        } grant: {
            mailbox.post(.grant($0, then: $1))
        } used: {
            mailbox.post(.used($0))
        } note: {
            log.warning("store", ["note": $0])
        }
        desk = try ControlDesk(start.configuration, help: help)
        ledger = LedgerKeeper(on: loop, log: log) {
            mailbox.post(.errand($0))
        } changed: {
            mailbox.post(.ledgerChanged)
        }
        counter = LedgerCounter(ledger.cashier) { mailbox.post(.ledgerAnswered($0, $1)) }
    }

    private func run() throws {
        ThisProcess.endWithParent()
        CurlLibrary.initialize()
        socket = try ListeningSocket.inherited()
        receiver = try MailboxReceiver(mailbox, on: loop) { [unowned self] in receive($0) }
        signals = try SignalReader(on: loop) { [unowned self] in receive($0) }
        let result = reloader.readStore()
        lastReload = result
        loop.arm(lastUsedTimer, at: .now + Reloader.lastUsedInterval)
        getReady(result)
        loop.run()
        letGo()
        log.notice("worker ended", [:])
        reloader.accessLog.close()
        log.close()
        if let failure { throw failure }
    }

    // MARK: Loops

    /// Starts to serve.
    func startLoops() throws {
        guard let socket = socket.take() else { return }
        let background = try BackgroundThread("background")
        for index in 0..<reloader.loopCount {
            let mailbox = try Mailbox<LoopMessage>()
            let descriptor = try ListeningSocket.duplicate(socket).release()
            let start = LoopStart(
                index: index,
                background: background,
                control: desk,
                descriptor: descriptor,
                settings: reloader.makeSettings(ledger.cashierInUse),
                live: live,
                mailbox: mailbox,
                housekeeping: self.mailbox
            )
            try Thread("loop-\(index)") { start.run() }.detach()
            loops.append(RunningLoop(index: index, mailbox: mailbox))
        }
        // Requests don't wait for a large store that is read again.
        ThisProcess.giveWayToOtherThreads()
        log.notice("worker started", ["loops": "\(loops.count)"])
        reportReadiness()
    }

    private func receive(_ message: HousekeepingMessage) {
        switch message {
        case .adopted(let index, let ticket): tickets.resolve(ticket, by: index)
        case .report(let report, let ticket):
            tickets.resolve(ticket, by: report.index, with: report)
        case .measured(let samples, let index):
            loops.first { $0.index == index }?.mailbox.post(.batchArrived)
            metrics.add(samples)
        case .ledgerChanged:
            ledger.look()
            setBudgets()
        case .errand(let errand): courier.run(errand)
        case .live(let number): streams.send(number)
        case .ledgerAnswered(let number, let line): counter.answer(number, line)
        case .stored(let sequence, let tell): takeOver(sequence, then: tell)
        case .grant(let order, let tell): grant(order, then: tell)
        case .called(let number, let answer): calls.close(number)?(answer)
        case .used(let use): reloader.addUses([use])
        case .loopEnded(let index):
            // A loop that has ended serves by nothing any more.
            loops.removeAll { $0.index == index }
            tickets.forget(index)
            if loops.isEmpty { loop.stop() }
        }
    }

    // MARK: Signals

    private func receive(_ signal: Signal) {
        switch signal {
        case .hup: reload { _ in }
        case .usr1:
            reloader.accessLog.reopen()
            log.notice("logs reopened", [:])
        case .term, .int: drain(.close)
        case .usr2, .child: break
        }
    }

    /// Takes no new connections and ends with the last request.
    func drain(_ idle: IdleConnections) {
        for running in loops { running.mailbox.post(.drain(idle)) }
        let timeout = reloader.drainTimeout
        supervisor?.say(.draining(milliseconds: Int(timeout / .milliseconds(1))))
        guard !isDraining else { return }
        isDraining = true
        log.notice("draining", ["timeout": "\(timeout)"])
        // At the end there is no other worker to watch.
        if case .wait = idle { streams.tellDraining() }
        if loops.isEmpty { loop.stop() }
        loop.arm(drainTimer, at: .now + timeout)
    }

    package func timerFired(_ timer: Timer) {
        if timer === lastUsedTimer {
            writeUses()
            loop.arm(lastUsedTimer, at: loop.now + Reloader.lastUsedInterval)
        } else {
            log.warning("requests cut at the end of drain_timeout", [:])
            for running in loops { running.mailbox.post(.stop) }
        }
    }
}

/// A loop that runs, as the housekeeping thread knows it.
struct RunningLoop {
    let index: Int
    let mailbox: Mailbox<LoopMessage>
}

/// What crosses into a loop's thread.
private struct LoopStart: Sendable {
    let index: Int
    let background: BackgroundThread
    let control: ControlDesk
    let descriptor: CInt
    let settings: LoopSettings
    let live: LiveFeed
    let mailbox: Mailbox<LoopMessage>
    let housekeeping: Mailbox<HousekeepingMessage>

    func run() {
        do {
            try serve()
        } catch {
            // Without its loop the worker is no use: the supervisor starts another one.
            fatalError("a loop could not start: \(error)")
        }
        housekeeping.post(.loopEnded(index))
    }

    private func serve() throws(SystemError) {
        let loop = try EventLoop()
        defer { loop.close() }
        let worker = WorkerLoop(
            loop: loop,
            settings: settings,
            live: live,
            mailbox: mailbox,
            background: background,
            control: control
        ) {
            housekeeping.post(.measured($0, by: index))
        }
        try worker.listen(on: FileDescriptor(taking: descriptor))
        let receiver = try MailboxReceiver(mailbox, on: loop) { message in
            switch message {
            case .adopt(let settings, let ticket):
                worker.adopt(settings)
                housekeeping.post(.adopted(by: index, ticket: ticket))
            case .metrics(let view): worker.metrics.recorder.view = view
            case .batchArrived: worker.metrics.batchArrived()
            case .report(let ticket):
                housekeeping.post(.report(worker.report(index), ticket: ticket))
            case .workDone(let number): worker.workDone(number)
            case .reserved(let number, let answer): worker.reserved(number, answer)
            case .raised(let number, let record): worker.raised(number, record)
            case .settled(let number): worker.settled(number)
            case .controlAnswered(let number, let reply): worker.controlAnswered(number, reply)
            case .eventsCame(let number): worker.eventsCame(number)
            case .drain(let idle): worker.drain(idle)
            case .stop: worker.stopNow()
            }
        }
        withExtendedLifetime(receiver) { loop.run() }
        worker.close()
    }
}
