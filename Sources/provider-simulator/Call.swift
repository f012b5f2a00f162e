import FastCGI
import Glibc
import Platform

/// One request of the simulator: its answer, paced and broken as the cue says.
final class Call: TimerHandler {
    /// Who asks what.
    let line: RequestLine
    let route: Route
    /// The request's body so far.
    var body: [UInt8] = []
    /// The number of its record, when records are kept.
    let record: Int?

    private var writer: ResponseWriter?
    private let loop: EventLoop
    private let book: RecordBook?
    private let gate: Gate
    private var service: Service?
    private var phase = Phase.receiving
    private var sent = 0
    private var due = ContinuousClock.now
    private var timer: Timer?
    private var pingTimer: Timer?

    /// Where the answer is.
    ///
    /// receiving -> gated, delayed, running, ended; gated -> delayed, running, ended; delayed ->
    /// running, ended; running (a timer is armed,
    /// or the peer must take bytes first) -> stalled, ended; stalled -> ended.
    private enum Phase {
        case receiving
        case gated
        case delayed
        case running
        case stalled
        case ended
    }

    /// A call whose parameters are known.
    init(
        _ line: RequestLine,
        _ route: Route,
        record: Int?,
        writer: consuming ResponseWriter,
        loop: EventLoop,
        book: RecordBook?,
        gate: Gate
    ) {
        self.line = line
        self.route = route
        self.record = record
        self.writer = consume writer
        self.loop = loop
        self.book = book
        self.gate = gate
    }

    /// Begins to answer.
    func begin(_ service: Service) {
        self.service = service
        if service.cue.isGated, !gate.isOpen {
            phase = .gated
            gate.note(waiting: 1)
            arm(after: Call.gateInterval)
        } else {
            start(service)
        }
    }

    /// How often a call looks whether the gate is open: whoever opens it knows nothing of loops.
    private static let gateInterval: Duration = .milliseconds(2)

    private func passGate() {
        guard let service, gate.isOpen else { return arm(after: Call.gateInterval) }
        gate.note(waiting: -1)
        phase = .receiving
        start(service)
    }

    private func start(_ service: Service) {
        if service.cue.cut == .beforeHead {
            end(.cut)
        } else if let delay = service.cue.delay {
            phase = .delayed
            arm(after: delay)
        } else {
            sendHead()
        }
    }

    /// The client left.
    func abort() {
        end(.aborted)
    }

    /// The client took what waited.
    func drained() {
        if phase == .running, timer?.isArmed != true { advance([]) }
    }

    func timerFired(_ timer: Timer) {
        if timer === pingTimer {
            sendPing(timer)
        } else if phase == .gated {
            passGate()
        } else if phase == .delayed {
            sendHead()
        } else {
            advance([])
        }
    }

    // MARK: Sending

    private func sendHead() {
        guard let service else { return }
        phase = .running
        due = loop.now
        switch service.answer {
        case .whole(let bytes, let bodyStart):
            if service.cue.cut != nil {
                writer?.write(bytes.span.extracting(..<((bodyStart + bytes.count) / 2)))
                end(.cut)
            } else {
                writer?.write(bytes.span)
                end(.completed)
            }
        case .stream(let head, let script):
            startPings(service.cue)
            if let delay = service.cue.firstDelay {
                writer?.write((head + script.opening).span)
                arm(after: delay)
            } else {
                advance(head + script.opening)
            }
        }
    }

    /// Sends content events until the pace, the peer or a cue says to wait.
    private func advance(_ waiting: [UInt8]) {
        guard let service, case .stream(_, let script) = service.answer else { return }
        let cue = service.cue
        let interval = cue.pace
        var bytes = waiting
        while true {
            if cue.errorEvent == sent {
                return send(bytes + script.failure, end: .completed)
            }
            if cue.cut == .afterEvents(sent) {
                return send(bytes, end: .cut)
            }
            if cue.stall == sent {
                phase = .stalled
                return send(bytes)
            }
            if sent == script.count {
                return send(bytes + script.closing, end: .completed)
            }
            script.append(sent, stamp: cue.isStamped ? monotonicNanoseconds() : nil, to: &bytes)
            sent += 1
            if interval > .zero || cue.isFlushed, sent < script.count {
                send(bytes)
                due += interval
                return arm(at: due)
            }
            if bytes.count > 64 * 1024 {
                send(bytes)
                if writer?.isAboveHighWater ?? true { return }
                bytes.removeAll(keepingCapacity: true)
            }
        }
    }

    private func send(_ bytes: [UInt8], end outcome: RecordBook.Outcome? = nil) {
        writer?.write(bytes.span)
        if let outcome { end(outcome) }
    }

    private func startPings(_ cue: Cue) {
        guard let interval = cue.ping else { return }
        let timer = Timer(handler: self)
        pingTimer = timer
        loop.arm(timer, at: loop.now + interval)
    }

    private func sendPing(_ timer: Timer) {
        guard let service, let interval = service.cue.ping,
            case .stream(_, let script) = service.answer
        else { return }
        writer?.write(script.ping.span)
        loop.arm(timer, at: loop.now + interval)
    }

    // MARK: Ending

    private func end(_ outcome: RecordBook.Outcome) {
        guard phase != .ended else { return }
        if phase == .gated { gate.note(waiting: -1) }
        phase = .ended
        if let timer { loop.cancel(timer) }
        if let pingTimer { loop.cancel(pingTimer) }
        if let record, let book {
            let now = unixMilliseconds()
            book.update(record) { record in
                record.outcome = outcome
                record.end = now
            }
        }
        guard let writer = writer.take() else { return }
        switch outcome {
        case .completed: writer.finish()
        case .cut, .aborted, .running: writer.abandon()
        }
    }

    // MARK: Time

    private func arm(after delay: Duration) {
        due = loop.now + delay
        arm(at: due)
    }

    private func arm(at deadline: ContinuousClock.Instant) {
        let timer = self.timer ?? Timer(handler: self)
        self.timer = timer
        loop.arm(timer, at: deadline)
    }
}

extension Cue {
    /// The time between content events.
    ///
    /// An echo is paced even when nobody asked, so that a person sees it come.
    var pace: Duration {
        interval ?? (isFast || bytes != nil ? .zero : .milliseconds(20))
    }
}

/// The clock of stamps, which the load generator reads too.
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
}

/// The clock of records.
func unixMilliseconds() -> Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}
