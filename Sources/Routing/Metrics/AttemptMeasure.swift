import Model

/// What an attempt counts as, in the units of the metrics.
struct AttemptMeasure {
    let verdict: AttemptOutcome.Verdict
    /// In microseconds, as the others are; nil where there is none.
    private(set) var gateway: Int?
    private(set) var upstream: Int?
    private(set) var timeToFirstToken: Int?
    private(set) var timePerOutputToken: Int?
    let usage: Usage?

    /// Nil for an attempt that tells of nothing: what somebody else ended before it had content, but
    /// for one that lost against another, which took at least so long.
    init?(_ sample: AttemptSample) {
        verdict = sample.outcome.verdict
        usage = sample.usage
        if verdict == .cancelled, sample.content == nil, sample.outcome != .superseded {
            return nil
        }
        gateway = sample.arrival.map { microseconds(sample.start - $0) }
        // An attempt that timed out took at least so long, and counts as that.
        let whole = microseconds(sample.end - sample.start)
        let isServed = verdict == .served && sample.outcome != .status(101)
        if isServed || verdict == .timeout { upstream = whole }
        guard let content = sample.content else {
            if sample.isStream, verdict == .timeout || sample.outcome == .superseded {
                timeToFirstToken = whole
            }
            return
        }
        let first = microseconds(content - sample.start)
        timeToFirstToken = first
        if isServed, let output = sample.usage?.output, output > 0 {
            timePerOutputToken = (whole - first) / output
        }
    }
}

/// As far as histograms go, and never negative.
private func microseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    let whole = Int(clamping: min(max(0, seconds), 1 << 32)) * 1_000_000
    return whole + Int(max(0, attoseconds) / 1_000_000_000_000)
}

extension AttemptOutcome {
    /// What an attempt counts as.
    enum Verdict: Equatable {
        case served, timeout, rateLimit, client, server
        /// Somebody else ended it: it is nobody's error.
        case cancelled
    }

    /// What it counts as in the metrics.
    var verdict: Verdict {
        switch self {
        case .status(101), .status(200...299): .served
        case .status(429): .rateLimit
        case .status(400...499): .client
        case .connectTimedOut, .firstByteTimedOut, .firstContentTimedOut, .attemptTimedOut,
            .streamStalled:
            .timeout
        case .status, .resolveFailed, .addressRefused, .connectFailed, .tlsFailed,
            .connectionLost, .malformedAnswer, .streamFailed, .streamEnded, .notStreamed,
            .answerFailed:
            .server
        case .totalTimedOut, .clientLeft, .superseded: .cancelled
        }
    }
}
