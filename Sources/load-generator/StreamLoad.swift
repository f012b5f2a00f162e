import Platform

/// So many streams at once, held open for a while.
final class StreamLoad: ClientOwner, TimerHandler {
    private let loop: EventLoop
    private var clients: [Client] = []
    private let ramp: Duration
    private let hold: Duration
    private let start: ContinuousClock.Instant
    private var started = 0
    private var phase = Phase.opening
    private var firstBytes = Samples()
    private var delays = Samples()
    private var tally = Tally()
    private var heldSince = 0
    private lazy var timer = Timer(handler: self)

    /// opening (streams begin one by one) -> holding (events are counted) -> leaving.
    private enum Phase {
        case opening
        case holding
        case leaving
    }

    /// How long the streams stay open after the count ended, so that the reader of the report can
    /// measure without the cost of closing them.
    private static let grace = Duration.milliseconds(400)

    /// Streams that begin evenly over the ramp and are left after the hold.
    init(
        _ target: Target,
        streams: Int,
        ramp: Duration,
        hold: Duration,
        loop: EventLoop
    ) {
        self.loop = loop
        self.ramp = ramp
        self.hold = hold
        start = .now
        let buffer = ReadBuffer()
        clients = (0..<streams).map { number in
            Client(number, target, loop: loop, buffer: buffer, owner: self)
        }
        loop.arm(timer, at: start)
    }

    func timerFired(_ timer: Timer) {
        switch phase {
        case .opening:
            open()
        case .holding:
            phase = .leaving
            tally.nanoseconds = monotonicNanoseconds() - heldSince
            Report.say("held")
            loop.arm(timer, at: loop.now + StreamLoad.grace)
        case .leaving:
            for client in clients { client.close() }
            loop.stop()
        }
    }

    private func open() {
        while started < clients.count, start + ramp * started / clients.count <= loop.now {
            clients[started].send()
            started += 1
        }
        if started < clients.count {
            loop.arm(timer, at: start + ramp * started / clients.count)
        } else if phase == .opening, loop.now < start + ramp + .milliseconds(500) {
            // The last streams get their first bytes before the count begins.
            loop.arm(timer, at: start + ramp + .milliseconds(500))
        } else {
            phase = .holding
            heldSince = monotonicNanoseconds()
            Report.say("open")
            loop.arm(timer, at: loop.now + hold)
        }
    }

    func client(_ client: Client, received bytes: Span<UInt8>) {
        let now = monotonicNanoseconds()
        if !client.hasBegun {
            client.hasBegun = true
            firstBytes.add(now - client.start)
        }
        guard phase == .holding else { return }
        bytes.forEachStamp { stamp in
            tally.events += 1
            delays.add(now - stamp)
        }
    }

    func client(_ client: Client, ended outcome: Outcome) {
        // A stream that ends by itself is no error, but it is not held either.
        tally.count(outcome)
    }

    /// What was seen.
    func report() -> Report {
        Report(tally: tally, samples: [("first_byte", firstBytes), ("delay", delays)])
    }
}

extension Span<UInt8> {
    /// Finds `~` 19 digits `~`, the time at which the simulator wrote an event.
    func forEachStamp(_ body: (Int) -> Void) {
        let marker = UInt8(ascii: "~")
        var place = 0
        while place + 20 < count {
            guard self[place] == marker, self[place + 20] == marker else {
                place += 1
                continue
            }
            var stamp = 0
            for index in (place + 1)..<(place + 20) {
                stamp = stamp &* 10 &+ Int(self[index] & 15)
            }
            body(stamp)
            place += 21
        }
    }
}
