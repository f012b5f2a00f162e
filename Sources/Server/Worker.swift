import Curl
import FastCGI
package import Platform
import Relay
import Storage

/// The worker process: a loop on each core, and this thread, which keeps house for them.
///
/// The housekeeping thread takes signals, reloads, answers `control.sock` and writes what has to
/// outlive the process; nothing of a request passes through it.
package final class Worker: TimerHandler {
    let loop: EventLoop
    let mailbox: Mailbox<HousekeepingMessage>
    let reloader: Reloader
    let log: OperationalLog
    let startedAt: ContinuousClock.Instant
    var loops: [Mailbox<LoopMessage>] = []
    /// Whom to answer when every loop has done what a ticket asks for.
    var tickets = Tickets()
    var lastReload: ReloadResult?
    private var runningLoops = 0
    private(set) var isDraining = false
    private var receiver: MailboxReceiver<HousekeepingMessage>?
    private var control: ControlServer?
    private var signals: SignalReader?
    private lazy var drainTimer = Timer(handler: self)
    private lazy var lastUsedTimer = Timer(handler: self)

    /// Reads configuration and store; nothing is served yet.
    ///
    /// - Throws: `StartFailure` when the configuration can't be used. A store that can't be read
    ///   is none: it is answered with 27009 until a reload mends it.
    package init(configurationPath: String) throws {
        startedAt = .now
        loop = try EventLoop()
        mailbox = try Mailbox()
        let start = try Reloader.load(configurationPath)
        log = try OperationalLog(start.configuration.logLevel)
        reloader = try Reloader(start, path: configurationPath, log: log)
    }

    /// Serves until it is told to end; the listening socket is descriptor 0.
    package func run() throws {
        ThisProcess.endWithParent()
        CurlLibrary.initialize()
        let socket = try ListeningSocket.inherited()
        receiver = try MailboxReceiver(mailbox, on: loop) { [unowned self] in receive($0) }
        signals = try SignalReader(on: loop) { [unowned self] in receive($0) }
        control = try ControlServer(path: reloader.controlPath, on: loop) { [unowned self] in
            handle($0, from: $1)
        }
        lastReload = reloader.readStore()
        try startLoops(on: socket)
        loop.arm(lastUsedTimer, at: .now + Reloader.lastUsedInterval)
        log.notice("worker started", ["loops": "\(loops.count)"])
        loop.run()
        reloader.writeLastUsed()
        log.notice("worker ended", [:])
        reloader.accessLog.close()
        log.close()
    }

    // MARK: Loops

    private func startLoops(on socket: borrowing FileDescriptor) throws {
        for index in 0..<reloader.loopCount {
            let mailbox = try Mailbox<LoopMessage>()
            let descriptor = try ListeningSocket.duplicate(socket).release()
            let start = LoopStart(
                index: index,
                descriptor: descriptor,
                settings: reloader.makeSettings(),
                mailbox: mailbox,
                housekeeping: self.mailbox
            )
            try Thread("loop-\(index)") { start.run() }.detach()
            loops.append(mailbox)
            runningLoops += 1
        }
    }

    private func receive(_ message: HousekeepingMessage) {
        switch message {
        case .adopted(let ticket): tickets.resolve(ticket, with: nil)
        case .report(let report, let ticket): tickets.resolve(ticket, with: report)
        case .loopEnded:
            runningLoops -= 1
            if runningLoops == 0 { loop.stop() }
        }
    }

    // MARK: Signals

    private func receive(_ signal: Signal) {
        switch signal {
        case .hup: reload { _ in }
        case .usr1:
            reloader.accessLog.reopen()
            log.notice("logs reopened", [:])
        case .term, .int: drain()
        case .usr2, .child: break
        }
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        log.notice("draining", ["timeout": "\(reloader.drainTimeout)"])
        for mailbox in loops { mailbox.post(.drain) }
        loop.arm(drainTimer, at: .now + reloader.drainTimeout)
    }

    package func timerFired(_ timer: Timer) {
        if timer === lastUsedTimer {
            reloader.writeLastUsed()
            loop.arm(lastUsedTimer, at: loop.now + Reloader.lastUsedInterval)
        } else {
            log.warning("requests cut at the end of drain_timeout", [:])
            for mailbox in loops { mailbox.post(.stop) }
        }
    }
}

/// What crosses into a loop's thread.
private struct LoopStart: Sendable {
    let index: Int
    let descriptor: CInt
    let settings: LoopSettings
    let mailbox: Mailbox<LoopMessage>
    let housekeeping: Mailbox<HousekeepingMessage>

    func run() {
        do {
            try serve()
        } catch {
            // Without its loop the worker is no use: the supervisor starts another one.
            fatalError("a loop could not start: \(error)")
        }
        housekeeping.post(.loopEnded)
    }

    private func serve() throws(SystemError) {
        let loop = try EventLoop()
        let worker = WorkerLoop(loop: loop, settings: settings)
        try worker.listen(on: FileDescriptor(taking: descriptor))
        let receiver = try MailboxReceiver(mailbox, on: loop) { message in
            switch message {
            case .adopt(let settings, let ticket):
                worker.adopt(settings)
                housekeeping.post(.adopted(ticket: ticket))
            case .report(let ticket):
                housekeeping.post(.report(worker.report(index), ticket: ticket))
            case .drain: worker.drain()
            case .stop: worker.stopNow()
            }
        }
        withExtendedLifetime(receiver) { loop.run() }
        worker.upstreams.close()
    }
}
