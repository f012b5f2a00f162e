import Model
import Routing

/// The timers of chapter 4.
///
/// The shell keeps one: it fires at ``nextDeadline`` and reports.
extension Exchange {
    /// When something is due, or nil while no timer runs.
    package var nextDeadline: ContinuousClock.Instant? {
        guard let timeouts = gateway?.timeouts else { return nil }
        switch state {
        case .attempting(let attempt):
            var due = min((brokenAt ?? start) + timeouts.total, failureDeadline(attempt, timeouts))
            if let rival { due = min(due, failureDeadline(rival.attempt, timeouts)) }
            if let hedge = hedgeDue(attempt, timeouts) { due = min(due, hedge) }
            if isHeadOwed(attempt) { due = min(due, earlyHeadDeadline(timeouts)) }
            if let endSeenAt { due = min(due, endSeenAt + Limits.lastByteWait) }
            return due
        case .pausing(let until, _):
            return expectedForm == .events ? min(until, earlyHeadDeadline(timeouts)) : until
        case .reserving: return start + timeouts.total
        case .settling: return lastEvent + Limits.settlementWait
        case .answering:
            if let endSeenAt { return endSeenAt + Limits.lastByteWait }
            let stalled = lastEvent + timeouts.stall
            guard record.isStream, let longest = timeouts.maxStreamDuration, let committedAt
            else { return stalled }
            return min(stalled, committedAt + longest)
        case .new, .reading, .examining, .counting, .writing, .translatingAnswer, .discarding,
            .finished:
            return nil
        }
    }

    /// When an attempt has failed for what did not come.
    private func failureDeadline(
        _ attempt: Attempt,
        _ timeouts: Timeouts
    ) -> ContinuousClock.Instant {
        let due = attempt.start + timeouts.perRequest
        return isStreamAsked ? min(due, contentDeadline(attempt, timeouts)) : due
    }

    /// The head is due within `first_byte_timeout`, the content within `first_content_timeout`
    /// of the head.
    private func contentDeadline(
        _ attempt: Attempt,
        _ timeouts: Timeouts
    ) -> ContinuousClock.Instant {
        guard let headAt = attempt.headAt else { return attempt.start + timeouts.firstByte }
        return headAt + (timeouts.firstContent ?? timeouts.perRequest)
    }

    /// Whether the client waits for events and no attempt's own head, nor a status that will be
    /// the answer, is there.
    private func isHeadOwed(_ attempt: Attempt) -> Bool {
        if case .error = attempt.phase, !hasEarlyHead { return false }
        return expectedForm == .events && !hasSentHead
    }

    private func earlyHeadDeadline(_ timeouts: Timeouts) -> ContinuousClock.Instant {
        nextComment ?? start + timeouts.earlyHeadAfter
    }

    /// The time of ``nextDeadline`` may have come.
    package mutating func timerFired(at now: ContinuousClock.Instant) -> Step {
        guard let timeouts = gateway?.timeouts, let due = nextDeadline, due <= now else {
            return Step(.wait)
        }
        if let endSeenAt, endSeenAt + Limits.lastByteWait <= now {
            // All was said: what is missing is the end of the connection.
            return transferEnded(nil, at: now)
        }
        switch state {
        case .attempting(let attempt): return attemptTimer(attempt, timeouts, now)
        case .reserving: return refuse(.ledgerUnavailable)
        case .settling: return giveUpSettling()
        case .pausing(let until, let planned): return pauseTimer(until, planned, timeouts, now)
        case .answering: return answerTimer(timeouts, now)
        case .new, .reading, .examining, .counting, .writing, .translatingAnswer, .discarding,
            .finished:
            return Step(.wait)
        }
    }

    private mutating func attemptTimer(
        _ attempt: Attempt,
        _ timeouts: Timeouts,
        _ now: ContinuousClock.Instant
    ) -> Step {
        if (brokenAt ?? start) + timeouts.total <= now {
            closeAttempt(.totalTimedOut, message: nil, at: now)
            endRival(.totalTimedOut, at: now)
            return refuse(.totalTimeout(record.attempts))
        }
        if let rival, failureDeadline(rival.attempt, timeouts) <= now,
            turn(to: rival.planned.number)
        {
            return failLate(rival.attempt, timeouts, now)
        }
        if failureDeadline(attempt, timeouts) <= now { return failLate(attempt, timeouts, now) }
        if let due = hedgeDue(attempt, timeouts), due <= now { return hedge(attempt, at: now) }
        return sendComment(timeouts, now)
    }

    private mutating func failLate(
        _ attempt: Attempt,
        _ timeouts: Timeouts,
        _ now: ContinuousClock.Instant
    ) -> Step {
        if attempt.start + timeouts.perRequest <= now {
            return failAttempt(late(attempt, or: .attemptTimedOut), at: now)
        }
        let outcome: AttemptOutcome =
            attempt.headAt == nil ? .firstByteTimedOut : .firstContentTimedOut
        return failAttempt(late(attempt, or: outcome), at: now)
    }

    private mutating func pauseTimer(
        _ until: ContinuousClock.Instant,
        _ planned: PlannedAttempt,
        _ timeouts: Timeouts,
        _ now: ContinuousClock.Instant
    ) -> Step {
        if until <= now { return startAttempt(planned, at: now) }
        return sendComment(timeouts, now)
    }

    /// An error whose body does not come is that error all the same.
    private func late(_ attempt: Attempt, or outcome: AttemptOutcome) -> AttemptOutcome {
        if case .error = attempt.phase { return .status(responseHead.status) }
        return outcome
    }

    /// The client has waited long: a 200 and a comment keep its connection alive.
    ///
    /// From here on an error is an event, and which model serves stays unsaid.
    private mutating func sendComment(
        _ timeouts: Timeouts,
        _ now: ContinuousClock.Instant
    ) -> Step {
        nextComment = now + timeouts.earlyHeadAfter
        let comment = Array(": waiting\n\n".utf8)
        guard !hasEarlyHead else {
            // What passes may stand in the middle of an event.
            return Step(.wait, sending: sentTail.isBetweenEvents ? comment : [])
        }
        hasEarlyHead = true
        record.isStream = true
        let additions = ResponseHead.Additions(
            requestID: requestID,
            rejected: rejected,
            contentType: "text/event-stream",
            isStream: true
        )
        return Step(.wait, sending: ResponseHead(status: 200).lines(additions) + comment)
    }

    private mutating func answerTimer(
        _ timeouts: Timeouts,
        _ now: ContinuousClock.Instant
    ) -> Step {
        let isStalled = lastEvent + timeouts.stall <= now
        let text =
            isStalled
            ? "the provider sent nothing for \(timeouts.stall)"
            : "the answer took longer than `max_stream_duration`"
        return transferEnded(isStalled ? .streamStalled : .totalTimedOut, message: text, at: now)
    }

    /// The client has read what waited for it: the silence before was its own.
    package mutating func clientCaughtUp(at now: ContinuousClock.Instant) {
        lastEvent = now
    }
}
