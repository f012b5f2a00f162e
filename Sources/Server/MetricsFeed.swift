import Platform
import Routing

/// Hands over what a loop measured: a second after the first attempt, or a full batch at once.
final class MetricsFeed: TimerHandler {
    let recorder = MetricsRecorder()
    private let loop: EventLoop
    private let handOver: ([AttemptSample]) -> Void
    private lazy var timer = Timer(handler: self)

    static let interval: Duration = .seconds(1)

    /// A feed whose batches go to `handOver`.
    init(on loop: EventLoop, handOver: @escaping ([AttemptSample]) -> Void) {
        self.loop = loop
        self.handOver = handOver
    }

    /// Attempts may have ended.
    func attemptsEnded() {
        if recorder.isFull {
            handOverNow()
        } else if !recorder.isEmpty, !timer.isArmed {
            loop.arm(timer, at: loop.now + Self.interval)
        }
    }

    /// Hands over what there is.
    func handOverNow() {
        if let batch = recorder.take() { handOver(batch) }
    }

    /// A batch has arrived, so that there may be room for one more.
    func batchArrived() {
        recorder.batchArrived()
        attemptsEnded()
    }

    func timerFired(_ timer: Timer) {
        handOverNow()
    }
}
