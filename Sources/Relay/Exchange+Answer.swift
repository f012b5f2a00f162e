import Dialects
import Model
package import Routing

/// What comes of the upstream's answer to the attempt in course.
extension Exchange {
    /// Whether the answer to the attempt in course is in another dialect than the client's.
    package var isTranslating: Bool { translated != nil }

    /// Whether the attempt in course uses the account's own key.
    package var usesOwnKey: Bool { call?.credential.isManaged != true }

    /// Takes the head of the upstream's answer.
    package mutating func receiveHead(
        _ head: ResponseHead,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard case .attempting(var attempt) = state else { return Step(.wait) }
        attempt.headAt = now
        responseHead = head
        let second = unixSecond(at: now)
        responseHead.settleRetry(atUnixSecond: second)
        record.attempts[recordIndex].quota = head.quota.told(at: now, atUnixSecond: second)
        noteRetryAfter(at: now)
        switch head.status {
        case 200..<300: return receiveSuccess(&attempt, at: now)
        case 400...:
            attempt.phase = .error
            state = .attempting(attempt)
            return Step(.wait)
        default:
            // A redirect would lead the provider's key to another host; 1xx never comes here.
            return failAttempt(.status(head.status), at: now)
        }
    }

    /// The earliest that anything frees up counts.
    private mutating func noteRetryAfter(at now: ContinuousClock.Instant) {
        guard responseHead.status == 429 || responseHead.status == 503,
            let seconds = responseHead.retryAfter
        else { return }
        let due = now + .seconds(seconds)
        if let planned, due < retry?.due ?? due + .seconds(1) { retry = (due, planned) }
        guard responseHead.status == 429 else { return }
        earliestRetry = min(earliestRetry ?? seconds, seconds)
    }

    private mutating func receiveSuccess(
        _ attempt: inout Attempt,
        at now: ContinuousClock.Instant
    ) -> Step {
        lastEvent = now
        if let translated { return receiveTranslatable(&attempt, translated, at: now) }
        if responseHead.isEventStream {
            // Compressed bytes can't follow the head and the comments that are out.
            if responseHead.isEncoded, isHeadSent {
                return failAttempt(.malformedAnswer, at: now)
            }
            attempt.phase = responseHead.isEncoded || !hasKnownEvents ? .opaque : .stream
        } else {
            switch expectedForm {
            case .events: return failAttempt(.notStreamed, at: now)
            case .array: attempt.phase = .opaque
            case .whole: attempt.phase = .whole
            }
        }
        state = .attempting(attempt)
        if case .stream = attempt.phase {
            observer = StreamObserver(dialect, countsOutput: funds != nil)
            if brokenAt == nil { continuation = newContinuation }
        } else {
            answerObserver = AnswerObserver(dialect)
        }
        if case .whole = attempt.phase { return Step(.wait) }
        record.isStream = true
        // With nothing left to try, holding back would only cost the client time.
        return isPassing && !isHeadSent ? sendHead() : Step(.wait)
    }

    /// Takes bytes of the upstream's body.
    package mutating func receiveBytes(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        switch state {
        case .answering:
            let signs = observe(bytes, at: now)
            if isDraining { return drain(bytes.count, at: now) }
            return holdsEnd ? passPaid(bytes, signs, at: now) : pass(bytes)
        case .attempting(let attempt):
            switch attempt.phase {
            case .stream: return receiveEvents(bytes, at: now)
            case .opaque:
                observe(bytes, at: now)
                hold(bytes)
                return commit(at: now)
            case .whole: return receiveWhole(bytes, at: now)
            case .error: return receiveError(bytes, at: now)
            case .waiting: return failAttempt(.malformedAnswer, at: now)
            }
        case .new, .reading, .examining, .counting, .writing, .reserving, .translatingAnswer,
            .discarding,
            .pausing, .settling, .finished:
            return Step(.wait)
        }
    }

    @discardableResult
    private mutating func observe(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> StreamSigns {
        guard let signs = translated?.receive(bytes) ?? observer?.observe(bytes) else {
            answerObserver?.observe(bytes)
            lastEvent = now
            return []
        }
        // The stall timer is reset by any event, not by comments.
        if signs.contains(.event) { lastEvent = now }
        if signs.contains(.failure) { sawFailureEvent = true }
        return signs
    }

    private mutating func receiveEvents(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        let signs = observe(bytes, at: now)
        if holdsEnd, endSeenAt != nil || isEnd(signs) && !signs.contains(.failure) {
            endSeenAt = endSeenAt ?? now
            holdEvents(bytes)
            return held.count > Limits.heldBackBytes ? commit(at: now) : Step(.wait)
        }
        if signs.contains(.content) || signs.contains(.terminal) && !signs.contains(.failure) {
            holdEvents(bytes)
            return commit(at: now)
        }
        if isPassing, brokenAt == nil { return pass(bytes) }
        if signs.contains(.failure) {
            return failAttempt(.streamFailed, message: streamMessage, at: now)
        }
        holdEvents(bytes)
        return held.count > Limits.heldBackBytes ? commit(at: now) : Step(.wait)
    }

    /// Keeps what the client is to get for these bytes of a stream.
    private mutating func holdEvents(_ bytes: Span<UInt8>) {
        if let translated {
            held += translated.take()
        } else if hiddenUsage != nil {
            held += hiddenUsage?.take(bytes) ?? []
        } else {
            hold(bytes)
        }
    }

    mutating func pass(_ bytes: Span<UInt8>) -> Step {
        if let translated {
            let own = translated.take()
            let told = continuation == nil ? own : told(own.span)
            sentTail.note(told.span)
            hasPassedFailureEvent = sawFailureEvent && continuation == nil
            return Step(.wait, sending: told)
        }
        if let shown = hiddenUsage?.take(bytes) {
            let told = continuation == nil ? shown : told(shown.span)
            sentTail.note(told.span)
            hasPassedFailureEvent = sawFailureEvent && continuation == nil
            return Step(.wait, sending: told)
        }
        if continuation != nil {
            let told = told(bytes)
            sentTail.note(told.span)
            return Step(.wait, sending: told)
        }
        sentTail.note(bytes)
        hasPassedFailureEvent = sawFailureEvent
        return Step(.pass)
    }

    private mutating func receiveWhole(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        observe(bytes, at: now)
        hold(bytes)
        guard translated == nil else {
            return held.count > Limits.translatedAnswerBytes
                ? failAttempt(.malformedAnswer, message: "the answer is too long", at: now)
                : Step(.wait)
        }
        return held.count > Limits.heldBackBytes ? commit(at: now) : Step(.wait)
    }

    /// A provider that sends an endless error is cut short: what counts is its status.
    private mutating func receiveError(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        hold(bytes)
        guard held.count > Limits.heldBackBytes else { return Step(.wait) }
        return failAttempt(.status(responseHead.status), at: now)
    }

    mutating func hold(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe held.append(contentsOf: $0) }
    }

    /// The transfer is over: whole when `failure` is nil.
    package mutating func transferEnded(
        _ failure: AttemptOutcome?,
        message: String? = nil,
        at now: ContinuousClock.Instant
    ) -> Step {
        switch state {
        case .answering:
            return endAnswer(failure, message, at: now)
        case .attempting(let attempt):
            switch attempt.phase {
            case .waiting:
                return failAttempt(failure ?? .connectionLost, message: message, at: now)
            case .stream: return endStream(failure, message, at: now)
            case .opaque, .whole:
                if let failure { return failAttempt(failure, message: message, at: now) }
                if let translated { return translateWhole(translated, at: now) }
                if plan?.isSole == false, answerObserver?.isFailure == true {
                    return failAttempt(.answerFailed, message: answerMessage, at: now)
                }
                return commitAndEnd(at: now)
            case .error:
                return failAttempt(.status(responseHead.status), at: now)
            }
        case .new, .reading, .examining, .counting, .writing, .reserving, .translatingAnswer,
            .discarding,
            .pausing, .settling, .finished:
            return Step(.wait)
        }
    }

    /// A stream ended before the commit: one that is complete without content is an answer too.
    private mutating func endStream(
        _ failure: AttemptOutcome?,
        _ message: String?,
        at now: ContinuousClock.Instant
    ) -> Step {
        if finishReading().contains(.failure) { sawFailureEvent = true }
        if isAnswerComplete, !sawFailureEvent {
            if let translated { held += translated.take() }
            return commitAndEnd(at: now)
        }
        if isPassing, brokenAt == nil { return endAnswer(failure, message, at: now) }
        if sawFailureEvent {
            return failAttempt(.streamFailed, message: streamMessage, at: now)
        }
        return failAttempt(failure ?? .streamEnded, message: message, at: now)
    }

    /// The answer is whole before anything of it went out.
    mutating func commitAndEnd(at now: ContinuousClock.Instant) -> Step {
        var step = commit(at: now)
        let end = endAnswer(nil, nil, at: now)
        if case .settling(var rest) = state {
            rest.bytes = step.bytes + rest.bytes
            state = .settling(rest)
            return end
        }
        if !end.bytes.isEmpty { step.bytes += end.bytes }
        step.command = end.command
        return step
    }

    /// The client left: the shell ends the transfer.
    package mutating func clientLeft(at now: ContinuousClock.Instant) {
        guard !isFinished else { return }
        closeAttempt(.clientLeft, message: nil, at: now)
        endRival(.clientLeft, at: now)
        release(incomingFunds.take())
        sendBill(isFinal: true)
        noteUsage()
        // 499 is nginx's word for a client that left before it saw a status.
        record.finish(.clientClosed, status: isHeadSent ? seenStatus : 499)
        state = .finished
    }
}
