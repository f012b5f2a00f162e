/// Whether a candidate is tried in its turn, by how its last attempts ended (chapter 4).
///
/// It opens after ten failures in a row, or when half of at least twenty attempts of the last two
/// seconds failed. An open one is tried last; once a second one request tries it in its turn, as a
/// probe. The first success closes it.
struct Circuit {
    static let failuresInARow = 10
    static let attemptsOfAWindow = 20
    static let probeInterval: Duration = .seconds(1)

    private var failedInARow = 0
    private var window = AttemptWindow()
    /// When the next probe is due; nil while it is closed.
    private(set) var nextProbe: ContinuousClock.Instant?

    /// A closed one.
    init() {}

    /// One that was opened elsewhere.
    init(nextProbe: ContinuousClock.Instant) {
        self.nextProbe = nextProbe
    }

    /// Whether it is tried last.
    var isOpen: Bool { nextProbe != nil }

    /// Whether it may be forgotten when there is no room left: it is closed, and nothing was
    /// attempted of late.
    func isForgotten(at now: ContinuousClock.Instant) -> Bool {
        !isOpen && window.isEmpty(at: now)
    }

    /// Whether a request that comes now may try it in its turn; of an open one, the probe.
    mutating func admits(at now: ContinuousClock.Instant) -> Bool {
        guard let due = nextProbe else { return true }
        guard due <= now else { return false }
        nextProbe = now + Circuit.probeInterval
        return true
    }

    /// Takes the end of an attempt into account.
    mutating func note(_ hasFailed: Bool, at now: ContinuousClock.Instant) {
        guard hasFailed else {
            if isOpen {
                self = Circuit()
            }
            failedInARow = 0
            window.note(false, at: now)
            return
        }
        failedInARow += 1
        window.note(true, at: now)
        if !isOpen, isTripped(at: now) { nextProbe = now + Circuit.probeInterval }
    }

    private func isTripped(at now: ContinuousClock.Instant) -> Bool {
        if failedInARow >= Circuit.failuresInARow { return true }
        let (attempts, failures) = window.counts(at: now)
        return attempts >= Circuit.attemptsOfAWindow && failures * 2 >= attempts
    }
}

/// The attempts of the last two seconds and how many failed, to a quarter of a second.
struct AttemptWindow {
    static let length: Duration = .seconds(2)
    private static let partLength: Duration = .milliseconds(250)

    private struct Part {
        var start: ContinuousClock.Instant?
        var attempts = 0
        var failures = 0
    }

    private var parts: InlineArray<8, Part> = InlineArray(repeating: Part())
    private var last = 0

    mutating func note(_ hasFailed: Bool, at now: ContinuousClock.Instant) {
        if let start = parts[last].start, now < start + AttemptWindow.partLength {
            parts[last].attempts += 1
        } else {
            last = (last + 1) % parts.count
            parts[last] = Part(start: now, attempts: 1)
        }
        if hasFailed { parts[last].failures += 1 }
    }

    func counts(at now: ContinuousClock.Instant) -> (attempts: Int, failures: Int) {
        var attempts = 0
        var failures = 0
        for index in parts.indices {
            guard let start = parts[index].start, now < start + AttemptWindow.length else {
                continue
            }
            attempts += parts[index].attempts
            failures += parts[index].failures
        }
        return (attempts, failures)
    }

    func isEmpty(at now: ContinuousClock.Instant) -> Bool { counts(at: now).attempts == 0 }
}
