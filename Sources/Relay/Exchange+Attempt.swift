import Dialects
import Model
package import Routing

/// One try that runs now.
struct Attempt {
    /// What came of the upstream's answer so far.
    enum Phase {
        /// Nothing. Then: any other.
        case waiting
        /// A stream of events; its head is held back or has gone out. Then: the commit.
        case stream
        /// A whole answer, collected so that a torn one can still become a clean error.
        case whole
        /// A provider's error, whose body is collected.
        case error
    }

    let start: ContinuousClock.Instant
    var phase = Phase.waiting
    var headAt: ContinuousClock.Instant?
}

extension Exchange {
    // MARK: Beginning

    mutating func makePlan(
        _ model: String?,
        _ fallbacks: [String],
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let routes, let operation = endpoint?.operation else {
            preconditionFailure("a plan without an endpoint")
        }
        record.modelAsked = model ?? fallbacks.first
        let resolved: ResolvedModels
        do {
            resolved = try routes.resolve(
                model: model,
                models: fallbacks,
                for: operation.dialect
            )
        } catch {
            return refuse(Refusal(error))
        }
        rejected = resolved.rejected.map { "\($0.name) (\($0.refusal.message))" }
        var plan = Plan(resolved, routes: routes)
        let first = plan.start()
        self.plan = plan
        // A name without a key for its provider was refused when it was resolved.
        guard let first else { return refuse(.noCredential(resolved.candidates)) }
        return startAttempt(first, at: now)
    }

    mutating func startAttempt(
        _ planned: PlannedAttempt,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let endpoint, let operation = endpoint.operation, let routes else {
            preconditionFailure("an attempt without a plan")
        }
        let provider = routes.providers[planned.candidate.providerIndex]
        guard let surface = provider.surface(for: endpoint.dialect) else {
            preconditionFailure("a candidate that does not speak the client's dialect")
        }
        held.removeAll(keepingCapacity: true)
        observer = nil
        answerObserver = nil
        if case .operation = endpoint.purpose { body.name(model: planned.candidate.model) }
        call = UpstreamCall(
            planned,
            operation,
            at: provider,
            surface: surface,
            clientQuery: queryWithoutTokens
        )
        record.attempts.append(
            AttemptRecord(
                candidate: planned.candidate.displayName,
                credential: planned.credential.source,
                start: now
            )
        )
        state = .attempting(Attempt(start: now))
        return Step(.startAttempt)
    }

    // MARK: The upstream's answer

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

    private mutating func receiveSuccess(
        _ attempt: inout Attempt,
        at now: ContinuousClock.Instant
    ) -> Step {
        lastEvent = now
        if responseHead.isEventStream {
            attempt.phase = .stream
            state = .attempting(attempt)
            observer = StreamObserver(dialect)
            record.isStream = true
            // With nothing left to try, holding back would only cost the client time.
            return hasAlternative || hasEarlyHead ? Step(.wait) : sendHead()
        }
        if expectsEventStream { return failAttempt(.notStreamed, at: now) }
        if responseHead.isJSON {
            attempt.phase = .whole
            answerObserver = AnswerObserver(dialect)
            state = .attempting(attempt)
            return Step(.wait)
        }
        state = .attempting(attempt)
        return commit(at: now, then: .wait)
    }

    /// Takes bytes of the upstream's body.
    package mutating func receiveBytes(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        switch state {
        case .answering:
            observe(bytes, at: now)
            return Step(.pass)
        case .attempting(let attempt):
            switch attempt.phase {
            case .stream: return receiveEvents(bytes, at: now)
            case .whole: return receiveWhole(bytes, at: now)
            case .error: return receiveError(bytes, at: now)
            case .waiting: preconditionFailure("body bytes before a head")
            }
        case .new, .reading, .discarding, .finished:
            return Step(.wait)
        }
    }

    private mutating func observe(_ bytes: Span<UInt8>, at now: ContinuousClock.Instant) {
        if observer != nil {
            // The stall timer is reset by any event, not by comments.
            if let signs = observer?.observe(bytes), signs.contains(.event) { lastEvent = now }
        } else {
            answerObserver?.observe(bytes)
            lastEvent = now
        }
    }

    private mutating func receiveEvents(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let signs = observer?.observe(bytes) else { return Step(.wait) }
        if signs.contains(.event) { lastEvent = now }
        if signs.contains(.content) || signs.contains(.terminal) && !signs.contains(.failure) {
            return commit(at: now, then: .pass)
        }
        if isHeadSent { return Step(.pass) }
        if signs.contains(.failure) {
            let message = observer?.failureMessage
            return failAttempt(.streamFailed, message: message, at: now)
        }
        hold(bytes)
        return held.count > Limits.heldBackBytes ? commit(at: now, then: .wait) : Step(.wait)
    }

    private mutating func receiveWhole(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> Step {
        lastEvent = now
        answerObserver?.observe(bytes)
        hold(bytes)
        return held.count > Limits.heldBackBytes ? commit(at: now, then: .wait) : Step(.wait)
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

    private mutating func hold(_ bytes: Span<UInt8>) {
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
            case .stream:
                if isHeadSent, failure == nil { return endAnswer(nil, nil, at: now) }
                return failAttempt(failure ?? .streamEnded, message: message, at: now)
            case .whole:
                if let failure { return failAttempt(failure, message: message, at: now) }
                let step = commit(at: now, then: .wait)
                return Step(.finish, sending: step.bytes + endAnswer(nil, nil, at: now).bytes)
            case .error:
                return failAttempt(.status(responseHead.status), at: now)
            }
        case .new, .reading, .discarding, .finished:
            return Step(.wait)
        }
    }

    /// The client left: the shell ends the transfer.
    package mutating func clientLeft(at now: ContinuousClock.Instant) {
        guard !isFinished else { return }
        closeAttempt(nil, message: nil, at: now)
        noteUsage()
        record.finish(.clientClosed, status: committedAt == nil ? 499 : responseHead.status)
        state = .finished
    }

    // MARK: The commit

    /// Whether another attempt could still serve, should this one fail.
    var hasAlternative: Bool { plan?.hasAlternative ?? false }

    /// Whether the client has a head already.
    var isHeadSent: Bool { hasEarlyHead || hasSentHead }

    var expectsEventStream: Bool {
        guard body.asksForStream, let endpoint else { return false }
        return endpoint.isStreamable
    }

    private mutating func sendHead() -> Step {
        hasSentHead = true
        return Step(.wait, sending: responseHead.lines(additions))
    }

    /// From here on there is no other attempt: the head and what was held back go out.
    private mutating func commit(
        at now: ContinuousClock.Instant,
        then command: Command
    ) -> Step {
        var bytes = isHeadSent ? [] : responseHead.lines(additions)
        bytes += held
        held = []
        hasSentHead = true
        committedAt = now
        record.timeToFirstToken = now - start
        record.modelServed = call?.candidate.displayName
        state = .answering
        return Step(command, sending: bytes)
    }

    var additions: ResponseHead.Additions {
        ResponseHead.Additions(
            requestID: requestID,
            model: hasEarlyHead ? nil : call?.candidate.displayName,
            attempts: record.attempts.count,
            rejected: rejected,
            serverTiming: serverTiming,
            isStream: responseHead.isEventStream
        )
    }

    private mutating func endAnswer(
        _ failure: AttemptOutcome?,
        _ message: String?,
        at now: ContinuousClock.Instant
    ) -> Step {
        let isWhole = failure == nil
        closeAttempt(failure ?? .status(responseHead.status), message: message, at: now)
        noteUsage()
        state = .finished
        guard !isWhole else {
            record.finish(.served, status: responseHead.status)
            return Step(.finish)
        }
        record.finish(.cut, status: responseHead.status)
        guard record.isStream else { return Step(.abandon) }
        let refusal = Refusal.streamBroke(message)
        return Step(.finish, sending: refusal.streamEvent(in: dialect, requestID: requestID))
    }

    mutating func noteUsage() {
        record.usage = observer?.usage ?? answerObserver?.usage
    }

    mutating func closeAttempt(
        _ outcome: AttemptOutcome?,
        message: String?,
        at now: ContinuousClock.Instant
    ) {
        guard let last = record.attempts.indices.last, record.attempts[last].outcome == nil
        else { return }
        record.attempts[last].outcome = outcome
        record.attempts[last].message = message
        record.attempts[last].duration = now - record.attempts[last].start
    }
}
