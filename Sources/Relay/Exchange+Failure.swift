import Dialects
import Model
import Routing

/// What happens when an attempt fails: the next one, or the one error that the client sees.
extension Exchange {
    /// Ends the attempt in course and goes on with the next key or candidate, if there is one.
    mutating func failAttempt(
        _ outcome: AttemptOutcome,
        message: String? = nil,
        at now: ContinuousClock.Instant
    ) -> Step {
        closeAttempt(outcome, message: message ?? providerMessage, at: now)
        // A head with this attempt's name and status is out: another one can't be sent.
        if hasSentHead, !hasEarlyHead, brokenAt == nil {
            return breakOff(Refusal.brokenOff(outcome, record.attempts[...recordIndex]))
        }
        if rival != nil, let planned, let scope = outcome.failureScope,
            plan?.giveUp(planned, after: scope) == true
        {
            goOnWithRival()
            return Step(.wait)
        }
        endRival(.superseded, at: now)
        if mayGoOn(after: outcome), let planned, let scope = outcome.failureScope {
            if brokenAt != nil {
                if let next = recover(from: outcome, at: now) { return next }
                return breakOff(Refusal.brokenOff(outcome, record.attempts[...recordIndex]))
            }
            if let next = plan?.next(after: scope, of: planned, at: now) {
                return startAttempt(next, at: now)
            }
            if let pause = takePause(scope, at: now) {
                settleOpenBill()
                state = pause
                return Step(.wait)
            }
        }
        return conclude(outcome, at: now)
    }

    /// With nothing else left a provider that asked for little patience is asked again, twice at
    /// most and within the total timeout (chapter 4).
    private mutating func takePause(
        _ scope: FailureScope,
        at now: ContinuousClock.Instant
    ) -> State? {
        guard scope != .exchange, let (due, planned) = retry, let timeouts = gateway?.timeouts,
            pauseCount < Limits.retryAfterWaits, due <= now + Limits.retryAfterWait,
            due < start + timeouts.total, let again = plan?.again(planned)
        else { return nil }
        retry = nil
        pauseCount += 1
        return .pausing(until: due, again)
    }

    /// `Lockkeeper-No-Retry: true`: go on only when the provider can't have seen the request.
    private func mayGoOn(after outcome: AttemptOutcome) -> Bool {
        !head.forbidsRetry || outcome.reachedNoProvider
    }

    private mutating func conclude(
        _ outcome: AttemptOutcome,
        at now: ContinuousClock.Instant
    ) -> Step {
        if case .status(let status) = outcome, status == 404 || status == 405 || status == 501,
            endpoint?.operation?.onlyCounts == true, let candidate = call?.candidate
        {
            return answerCount(of: candidate)
        }
        if case .status(let status) = outcome, status >= 400, !hasEarlyHead {
            return answerWithProviderError(status)
        }
        return refuse(refusal(for: outcome))
    }

    private func refusal(for outcome: AttemptOutcome) -> Refusal {
        if record.attempts.count > 1 { return .everyCandidateFailed(record.attempts) }
        return switch outcome {
        case .attemptTimedOut, .firstByteTimedOut, .firstContentTimedOut:
            .attemptTimeout(record.attempts)
        case .notStreamed: .didNotStream(record.attempts)
        default: .everyCandidateFailed(record.attempts)
        }
    }

    // MARK: A provider's own error

    /// What the client sees of a provider's error depends on whose key it was (chapter 3).
    private mutating func answerWithProviderError(_ status: Int) -> Step {
        if candidatesTried > 1, status >= 500 {
            return refuse(.everyCandidateFailed(record.attempts))
        }
        if usesOwnKey {
            guard status != 401, status != 403 else {
                return refuse(.ownKeyRefused(record.attempts[...recordIndex]))
            }
            return passProviderError(held)
        }
        switch status {
        case 401, 402, 403:
            return refuse(.managedKeyRefused(call?.candidate.displayName ?? ""))
        case 429:
            return refuse(
                .rateLimited(call?.candidate.displayName ?? "", retryAfter: earliestRetry)
            )
        default:
            return passProviderError(Redaction.providerIdentifiers(in: held))
        }
    }

    private var candidatesTried: Int { Set(record.attempts.map(\.candidate)).count }

    private mutating func passProviderError(_ body: [UInt8]) -> Step {
        noteUsage()
        let answer = translatedError(body)
        record.finish(.served, status: answer.head.status)
        var additions = additions
        additions.handover = handover(of: responseHead.status, ProviderMessage.find(in: held))
        return end(Step(.finish, sending: answer.head.lines(additions) + answer.body))
    }

    /// The provider's message in an error body of any dialect, short and without identifiers.
    private var providerMessage: String? {
        guard case .attempting(let attempt) = state, case .error = attempt.phase else { return nil }
        return ProviderMessage.find(in: held)
    }

    // MARK: The gateway's own error

    /// Answers with an error of ours; after a head went out, as the stream's last event.
    mutating func refuse(_ refusal: Refusal) -> Step {
        if isHeadSent { return breakOff(refusal) }
        record.finish(.refused, status: refusal.status, code: refusal.code.text)
        let additions = ResponseHead.Additions(
            requestID: requestID,
            attempts: record.attempts.count,
            rejected: rejected,
            serverTiming: serverTiming,
            refusal: refusal,
            handover: handover(of: refusal),
            contentType: "application/json"
        )
        let lines = ResponseHead(status: refusal.status).lines(additions)
        guard head.method != .head else { return end(Step(.finish, sending: lines)) }
        let body = refusal.body(in: dialect, requestID: requestID)
        return end(Step(.finish, sending: lines + body))
    }

    /// Ends an answer that had begun: a stream with an error event and never a terminal one, any
    /// other by cutting it.
    ///
    /// A stream whose own error went out says no more.
    mutating func breakOff(_ refusal: Refusal) -> Step {
        noteUsage()
        record.finish(.cut, status: seenStatus, code: refusal.code.text)
        guard
            hasEarlyHead || observer != nil || continuation != nil || translated?.isStream == true
        else { return end(Step(.abandon)) }
        let seen = takeHeldEnd()
        if hasPassedFailureEvent { return end(Step(.finish, sending: seen)) }
        return end(Step(.finish, sending: seen + lastEvent(refusal)))
    }

    // MARK: Times of an answer

    /// What is known of it so far; nil before the first attempt.
    var serverTiming: ServerTiming? {
        guard recordIndex < record.attempts.count else { return nil }
        // A span lends the record, of which an array would make a copy.
        let attempts = record.attempts.span
        let upstream: Duration
        if case .attempting(let attempt) = state, let headAt = attempt.headAt {
            upstream = headAt - attempt.start
        } else {
            upstream = attempts[recordIndex].duration
        }
        let gateway = attempts[recordIndex].start - start
        return ServerTiming(gateway: max(.zero, gateway), upstream: upstream)
    }
}
