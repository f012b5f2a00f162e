import JSON
import Platform

/// Requests at a fixed rate, whatever the answers do: latency counts from the time a request was due.
final class OpenLoad: ClientOwner {
    private let loop: EventLoop
    private let interval: Int
    private let first: Int
    private let count: Int
    private let warmUpCount: Int
    private var idle: [Client] = []
    private var clients: [Client] = []
    /// Requests that were due while no connection was idle.
    private var late: [Int] = []
    private var scheduled = 0
    private var ended = 0
    private var latencies = Samples()
    private var tally = Tally()
    private var ticker: Ticker?

    /// Sends at a rate (requests a second) for the duration, after a warm-up that does not count.
    init(
        _ target: Target,
        connections: Int,
        rate: Int,
        warmUp: Duration,
        duration: Duration,
        loop: EventLoop
    ) throws(SystemError) {
        self.loop = loop
        interval = 1_000_000_000 / rate
        warmUpCount = Int(warmUp / .nanoseconds(interval))
        count = warmUpCount + Int(duration / .nanoseconds(interval))
        first = monotonicNanoseconds() + 10_000_000
        let buffer = ReadBuffer()
        clients = (0..<connections).map { number in
            Client(number, target, loop: loop, buffer: buffer, owner: self)
        }
        idle = clients
        ticker = try Ticker(first: first, interval: interval, on: loop) { [unowned self] ticks in
            tick(ticks)
        }
    }

    private func tick(_ ticks: Int) {
        for _ in 0..<ticks where scheduled < count {
            if scheduled == warmUpCount { Report.say("counting") }
            let due = first + scheduled * interval
            scheduled += 1
            if let client = idle.popLast() {
                client.send(countingFrom: due)
            } else {
                late.append(due)
            }
        }
    }

    func client(_ client: Client, received bytes: Span<UInt8>) {}

    func client(_ client: Client, ended outcome: Outcome) {
        if client.start >= first + warmUpCount * interval {
            tally.count(outcome)
            latencies.add(monotonicNanoseconds() - client.start)
        }
        ended += 1
        if ended == count {
            tally.nanoseconds = (count - warmUpCount) * interval
            return loop.stop()
        }
        if late.isEmpty {
            // The longest idle is used next, so that all are kept warm.
            idle.insert(client, at: 0)
        } else {
            client.send(countingFrom: late.removeFirst())
        }
    }

    /// What was seen.
    func report() -> Report {
        ticker?.stop()
        for client in clients { client.close() }
        return Report(tally: tally, samples: [("latency", latencies)])
    }
}
