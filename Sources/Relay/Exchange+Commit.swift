import Dialects
import Model
import Routing

/// The commit, and the end of an answer that is out.
extension Exchange {
    /// Whether another attempt could still serve, should this one fail after its head.
    var hasAlternative: Bool {
        rival != nil || !head.forbidsRetry && plan?.hasAlternative == true
    }

    /// Whether the upstream's bytes go on as they come: nothing else is left to try.
    var isPassing: Bool { !hasAlternative }

    /// Whether the client has a head already.
    var isHeadSent: Bool { hasEarlyHead || hasSentHead }

    /// The status that the client saw, once a head is out: an early one said 200.
    var seenStatus: Int { hasEarlyHead ? 200 : sentStatus ?? responseHead.status }

    mutating func sendHead() -> Step {
        hasSentHead = true
        sentStatus = responseHead.status
        return Step(.wait, sending: responseHead.lines(additions))
    }

    /// From here on there is no other attempt: the head and what was held back go out.
    ///
    /// It is a step of its own, not `pass`, so that the shell moves its timer to the stall.
    mutating func commit(at now: ContinuousClock.Instant) -> Step {
        var bytes =
            isHeadSent ? [] : responseHead.lines(additions, bodyBytes: held.count)
        var kept = held
        held = []
        if continuation != nil {
            let seam = brokenAt == nil ? [] : continuation?.takeOver() ?? []
            kept = seam + told(kept.span)
            brokenAt = nil
        }
        sentTail.note(kept.span)
        bytes += kept
        hasPassedFailureEvent = sawFailureEvent && continuation == nil
        hasSentHead = true
        sentStatus = sentStatus ?? responseHead.status
        committedAt = committedAt ?? now
        noteContent(at: now)
        endRival(.superseded, at: now)
        noteHealth(.status(responseHead.status), at: now)
        record.timeToFirstToken = record.timeToFirstToken ?? now - start
        record.modelServed = call?.candidate.displayName
        // What was read to write the request may be longer than the request.
        writer = nil
        state = .answering
        return Step(.wait, sending: bytes)
    }

    var additions: ResponseHead.Additions {
        ResponseHead.Additions(
            requestID: requestID,
            model: hasEarlyHead ? nil : call?.candidate.displayName,
            attempts: record.attempts.count,
            rejected: rejected,
            removedParameters: hasEarlyHead ? [] : call?.removedParameters ?? [],
            serverTiming: serverTiming,
            contentType: translated?.contentType,
            isStream: record.isStream
        )
    }

    mutating func endAnswer(
        _ failure: AttemptOutcome?,
        _ message: String?,
        at now: ContinuousClock.Instant
    ) -> Step {
        let outcome = outcomeOfAnswer(failure)
        closeAttempt(
            outcome ?? .status(responseHead.status),
            message: outcome == .streamFailed ? streamMessage : message,
            at: now
        )
        record.modelServed = call?.candidate.displayName
        guard let outcome else {
            noteUsage()
            record.finish(isDraining ? .clientClosed : .served, status: seenStatus)
            return end(Step(.finish, sending: takeHeldEnd() + restOfAnswer()))
        }
        if let next = recover(from: outcome, at: now) { return next }
        return breakOff(Refusal.brokenOff(outcome, record.attempts[...recordIndex]))
    }

    /// What went wrong with an answer that is out, nil when it is whole.
    ///
    /// What happens to the connection behind the last event matters no more; and a stream that
    /// ends in good order but without its last event is a broken one.
    private mutating func outcomeOfAnswer(_ failure: AttemptOutcome?) -> AttemptOutcome? {
        guard observer != nil || translated?.isStream == true else { return failure }
        if finishReading().contains(.failure) { sawFailureEvent = true }
        if sawFailureEvent { return .streamFailed }
        return isAnswerComplete ? nil : failure ?? .streamEnded
    }

    /// What the client has yet to get of an answer that is whole.
    private mutating func restOfAnswer() -> [UInt8] {
        let rest = translated?.take() ?? hiddenUsage?.takeRest() ?? []
        guard continuation != nil else { return rest }
        return told(rest.span) + (continuation?.takeRest() ?? [])
    }

    /// The provider's stream has ended: what that tells.
    mutating func finishReading() -> StreamSigns {
        translated?.finish() ?? observer?.finish() ?? []
    }

    /// Whether a stream came to its proper end.
    var isAnswerComplete: Bool { translated?.isComplete ?? observer?.isComplete ?? false }

    /// The tokens that the provider of the attempt in course told of.
    var answerUsage: Usage? { answerEnding.usage }

    /// What the provider of the attempt in course told of its tokens, and why its model stopped, as
    /// the client's dialect names that.
    var answerEnding: (usage: Usage?, stopReason: String?) {
        if let translated { return (translated.usage ?? errorUsage, translated.stopReason) }
        if let observer { return (observer.usage ?? errorUsage, observer.stopReason) }
        let ending = answerObserver?.ending
        return (ending?.usage ?? errorUsage, ending?.stopReason)
    }

    /// The tokens that a provider's error tells of, as some do.
    private var errorUsage: Usage? {
        guard case .attempting(let attempt) = state, case .error = attempt.phase else { return nil }
        var observer = AnswerObserver(translated?.context.provider ?? dialect)
        observer.observe(held.span)
        return observer.usage
    }

    /// What the stream's own error event said, fit for a client and a log.
    var streamMessage: String? {
        (translated?.failureMessage ?? observer?.failureMessage).map { ProviderMessage.safe($0) }
    }

    /// What a whole answer says of its failure, fit for a client and a log.
    var answerMessage: String? {
        answerObserver?.failureMessage.map { ProviderMessage.safe($0) }
    }

    mutating func noteUsage() {
        record.usage =
            recordIndex < record.attempts.count ? record.attempts[recordIndex].usage : nil
        if let priorUsage { record.usage = priorUsage.adding(record.usage ?? Usage()) }
    }

    /// Lets other requests profit from how an attempt went.
    func noteHealth(_ outcome: AttemptOutcome, at now: ContinuousClock.Instant) {
        guard let planned, let gateway else { return }
        snapshot.health.note(
            outcome,
            of: planned.candidate,
            with: planned.credential,
            at: gateway.id,
            retryAfter: responseHead.retryAfter,
            at: now
        )
    }

    mutating func closeAttempt(
        _ outcome: AttemptOutcome?,
        message: String?,
        at now: ContinuousClock.Instant
    ) {
        guard record.close(recordIndex, outcome, message: message, at: now) else { return }
        let ending = answerEnding
        record.attempts[recordIndex].usage = ending.usage
        if let translated { record.attempts[recordIndex].skippedEvents = translated.skippedCount }
        measure(recordIndex, of: call)
        if let call, let funds = funds.take() {
            bill(funds, recordIndex, of: call, attemptEnd(outcome, ending))
        }
        // A success was noted at the commit.
        if let outcome, outcome.failureScope != nil { noteHealth(outcome, at: now) }
    }
}
