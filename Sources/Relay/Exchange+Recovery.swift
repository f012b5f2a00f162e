import Dialects
import Model
import Routing

/// Stream recovery: an answer that breaks off after content went out is taken up by the next
/// candidate (chapter 4).
extension Exchange {
    /// Where the streams of this exchange can be gone on with, what that takes.
    var newContinuation: StreamContinuation? {
        guard gateway?.recoversStreams == true, !head.forbidsRetry, !onlyConnects,
            case .operation = endpoint?.purpose
        else { return nil }
        return StreamContinuation(dialect)
    }

    /// The next attempt after one whose answer broke off; nil when nobody can go on with it.
    mutating func recover(
        from outcome: AttemptOutcome,
        at now: ContinuousClock.Instant
    ) -> Step? {
        guard !isDraining, let continuation, continuation.canGoOn, let planned,
            let scope = outcome.failureScope,
            let next = plan?.next(after: scope == .key ? .candidate : scope, of: planned, at: now)
        else { return nil }
        let turn = continuation.turn
        guard let body = body.copy(naming: next.candidate.model, adding: turn) else { return nil }
        if let usage = answerUsage { priorUsage = priorUsage?.adding(usage) ?? usage }
        brokenAt = now
        // Two that go on with one answer would have to agree.
        hasHedged = true
        return startAttempt(next, sending: body, at: now)
    }

    /// What the client gets of a provider's bytes.
    mutating func told(_ bytes: Span<UInt8>) -> [UInt8] {
        continuation?.take(bytes) ?? []
    }
}
