import Platform
import Routing

/// What all loops measured, put together on the housekeeping thread; it outlives reloads.
///
/// A report is published at most once a second, and only when something changed: an attempt was
/// added, or a minute has passed and took some with it.
final class MetricsBook: TimerHandler {
    private var window: MetricsWindow
    private let loop: EventLoop
    private let publish: (MetricsReport) -> Void
    private lazy var timer = Timer(handler: self)
    private var lastPublished: ContinuousClock.Instant

    static let interval: Duration = .seconds(1)

    /// An empty book.
    init(on loop: EventLoop, publish: @escaping (MetricsReport) -> Void) {
        self.loop = loop
        self.publish = publish
        window = MetricsWindow(startingAt: .now)
        lastPublished = .now
    }

    /// Takes what a loop measured.
    func add(_ samples: [AttemptSample]) {
        window.add(samples, at: .now)
        let due = max(loop.now, lastPublished + Self.interval)
        if !timer.isArmed || timer.deadline > due { loop.arm(timer, at: due) }
    }

    /// All that is known now.
    func report() -> MetricsReport { window.report(at: .now) }

    func timerFired(_ timer: Timer) {
        lastPublished = .now
        publish(report())
        if let change = window.nextChange(after: lastPublished) { loop.arm(timer, at: change) }
    }
}
