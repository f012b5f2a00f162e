import Model

/// What an attempt counts as, in the units of the metrics.
struct AttemptMeasure {
    let verdict: AttemptOutcome.Verdict
    /// In microseconds, as the others are; nil where there is none.
    fileprivate(set) var gateway: Int?
    fileprivate(set) var upstream: Int?
    fileprivate(set) var timeToFirstToken: Int?
    fileprivate(set) var timePerOutputToken: Int?
    let usage: Usage?

    fileprivate init(_ verdict: AttemptOutcome.Verdict, _ usage: Usage?) {
        self.verdict = verdict
        self.usage = usage
    }
}

extension AttemptSample {
    /// Nil for an attempt that tells of nothing: what somebody else ended before it had content, but
    /// for one that lost against another, which took at least so long.
    var measure: AttemptMeasure? {
        let verdict = outcome.verdict
        if verdict == .cancelled, content == nil, outcome != .superseded { return nil }
        var measure = AttemptMeasure(verdict, usage)
        measure.gateway = arrival.map { microseconds(start - $0) }
        // An attempt that timed out took at least so long, and counts as that.
        let whole = microseconds(end - start)
        let isServed = verdict == .served && outcome != .status(101)
        if isServed || verdict == .timeout { measure.upstream = whole }
        guard let content else {
            if isStream, verdict == .timeout || outcome == .superseded {
                measure.timeToFirstToken = whole
            }
            return measure
        }
        let first = microseconds(content - start)
        measure.timeToFirstToken = first
        if isServed, let output = usage?.output, output > 0 {
            measure.timePerOutputToken = (whole - first) / output
        }
        return measure
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
