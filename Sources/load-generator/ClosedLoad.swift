import JSON
import Platform

/// So many connections, each sending its next request when the last was answered.
final class ClosedLoad: ClientOwner, TimerHandler {
    private let loop: EventLoop
    private var clients: [Client] = []
    private var latencies = Samples()
    private var tally = Tally()
    private var isCounting = false
    private var isOver = false
    private var began = 0
    private lazy var timer = Timer(handler: self)
    private let duration: Duration

    /// Sends for the duration, after a warm-up that does not count.
    init(
        _ target: Target,
        connections: Int,
        warmUp: Duration,
        duration: Duration,
        loop: EventLoop
    ) {
        self.loop = loop
        self.duration = duration
        let buffer = ReadBuffer()
        clients = (0..<connections).map { number in
            Client(number, target, loop: loop, buffer: buffer, owner: self)
        }
        loop.arm(timer, at: .now + warmUp)
        for client in clients { client.send() }
    }

    func client(_ client: Client, received bytes: Span<UInt8>) {}

    func client(_ client: Client, ended outcome: Outcome) {
        guard !isOver else { return }
        if isCounting {
            tally.count(outcome)
            latencies.add(monotonicNanoseconds() - client.start)
        }
        if case .failed = outcome {
            // Without a rest a dead server would be asked as fast as the loop turns.
            guard tally.failed < 100_000 else { return loop.stop() }
        }
        client.send()
    }

    func timerFired(_ timer: Timer) {
        let now = monotonicNanoseconds()
        if isCounting {
            isOver = true
            tally.nanoseconds = now - began
            for client in clients { client.close() }
            loop.stop()
        } else {
            isCounting = true
            began = now
            Report.say("counting")
            loop.arm(timer, at: loop.now + duration)
        }
    }

    /// What was seen.
    func report() -> Report {
        Report(tally: tally, samples: [("latency", latencies)])
    }
}
