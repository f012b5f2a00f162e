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
        /// A stream that can't be looked into: its first bytes commit.
        case opaque
        /// A whole answer, collected so that a torn one can still become a clean error.
        case whole
        /// A provider's error, whose body is collected.
        case error
    }

    let start: ContinuousClock.Instant
    var phase = Phase.waiting
    var headAt: ContinuousClock.Instant?

    /// Whether the provider answers with a stream.
    var isStream: Bool {
        switch phase {
        case .stream, .opaque: true
        case .waiting, .whole, .error: false
        }
    }
}

extension Exchange {
    // MARK: Beginning

    mutating func makePlan(
        _ model: String?,
        _ fallbacks: [String],
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let routes, let gateway, let operation = endpoint?.operation else {
            preconditionFailure("a plan without an endpoint")
        }
        if holdsToken(model) { return refuse(.modelIsKey) }
        for name in fallbacks where holdsToken(name) { return refuse(.modelIsKey) }
        record.modelAsked = (model ?? fallbacks.first).map { name in
            String(decoding: name.utf8.prefix(Limits.loggedNameBytes), as: UTF8.self)
        }
        let resolved: ResolvedModels
        do {
            resolved = try routes.resolve(
                model: model,
                models: fallbacks,
                for: operation,
                under: keyRules
            )
        } catch {
            return refuse(Refusal(error))
        }
        rejected = resolved.rejected.map { "\($0.name) (\($0.refusal.message))" }
        var plan = Plan(
            resolved,
            keys: KeyChoice(routes, under: keyRules, for: operation),
            at: gateway.id,
            health: snapshot.health
        )
        let first = plan.start(at: now)
        self.plan = plan
        // A name without a key for its provider was refused when it was resolved.
        guard let first else { return refuse(.noCredential(resolved.candidates)) }
        return startAttempt(first, at: now)
    }

    /// Whether a model's name holds something that looks like a gateway token.
    func holdsToken(_ name: String?) -> Bool {
        name.map { snapshot.headerRules.holdsToken($0.utf8Span.span) } ?? false
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
        sawFailureEvent = false
        record.isStream = isHeadSent
        if rival == nil, brokenAt == nil {
            if case .operation = endpoint.purpose { body.name(model: planned.candidate.model) }
            upstreamBody = body.bytes
        }
        self.planned = planned
        call = UpstreamCall(
            planned,
            operation,
            at: provider,
            surface: surface,
            clientQuery: onlyConnects
                ? queryNaming(model: planned.candidate.model) : queryWithoutTokens
        )
        noteUse(of: planned.credential, at: now)
        recordIndex = record.attempts.count
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
            observer = StreamObserver(dialect)
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
            observe(bytes, at: now)
            return pass(bytes)
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
        case .new, .reading, .discarding, .pausing, .finished:
            return Step(.wait)
        }
    }

    @discardableResult
    private mutating func observe(
        _ bytes: Span<UInt8>,
        at now: ContinuousClock.Instant
    ) -> StreamSigns {
        guard let signs = observer?.observe(bytes) else {
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
        if signs.contains(.content) || signs.contains(.terminal) && !signs.contains(.failure) {
            hold(bytes)
            return commit(at: now)
        }
        if isPassing, brokenAt == nil { return pass(bytes) }
        if signs.contains(.failure) {
            return failAttempt(.streamFailed, message: streamMessage, at: now)
        }
        hold(bytes)
        return held.count > Limits.heldBackBytes ? commit(at: now) : Step(.wait)
    }

    private mutating func pass(_ bytes: Span<UInt8>) -> Step {
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
            case .stream: return endStream(failure, message, at: now)
            case .opaque, .whole:
                if let failure { return failAttempt(failure, message: message, at: now) }
                return commitAndEnd(at: now)
            case .error:
                return failAttempt(.status(responseHead.status), at: now)
            }
        case .new, .reading, .discarding, .pausing, .finished:
            return Step(.wait)
        }
    }

    /// A stream ended before the commit: one that is complete without content is an answer too.
    private mutating func endStream(
        _ failure: AttemptOutcome?,
        _ message: String?,
        at now: ContinuousClock.Instant
    ) -> Step {
        if observer?.finish().contains(.failure) == true { sawFailureEvent = true }
        if observer?.isComplete == true, !sawFailureEvent { return commitAndEnd(at: now) }
        if isPassing, brokenAt == nil { return endAnswer(failure, message, at: now) }
        if sawFailureEvent {
            return failAttempt(.streamFailed, message: streamMessage, at: now)
        }
        return failAttempt(failure ?? .streamEnded, message: message, at: now)
    }

    private mutating func commitAndEnd(at now: ContinuousClock.Instant) -> Step {
        var step = commit(at: now)
        let end = endAnswer(nil, nil, at: now)
        if !end.bytes.isEmpty { step.bytes += end.bytes }
        step.command = end.command
        return step
    }

    /// The client left: the shell ends the transfer.
    package mutating func clientLeft(at now: ContinuousClock.Instant) {
        guard !isFinished else { return }
        closeAttempt(.clientLeft, message: nil, at: now)
        endRival(.clientLeft, at: now)
        noteUsage()
        // 499 is nginx's word for a client that left before it saw a status.
        record.finish(.clientClosed, status: isHeadSent ? seenStatus : 499)
        state = .finished
    }

    // MARK: The commit

    /// Whether another attempt could still serve, should this one fail after its head.
    var hasAlternative: Bool {
        rival != nil || !head.forbidsRetry && plan?.hasAlternative == true
    }

    /// Whether the upstream's bytes go on as they come: nothing else is left to try.
    private var isPassing: Bool { !hasAlternative }

    /// Whether the client has a head already.
    var isHeadSent: Bool { hasEarlyHead || hasSentHead }

    /// The status that the client saw, once a head is out: an early one said 200.
    var seenStatus: Int { hasEarlyHead ? 200 : sentStatus ?? responseHead.status }

    private mutating func sendHead() -> Step {
        hasSentHead = true
        sentStatus = responseHead.status
        return Step(.wait, sending: responseHead.lines(additions))
    }

    /// From here on there is no other attempt: the head and what was held back go out.
    ///
    /// It is a step of its own, not `pass`, so that the shell moves its timer to the stall.
    private mutating func commit(at now: ContinuousClock.Instant) -> Step {
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
        endRival(.superseded, at: now)
        noteHealth(.status(responseHead.status), at: now)
        record.timeToFirstToken = record.timeToFirstToken ?? now - start
        record.modelServed = call?.candidate.displayName
        state = .answering
        return Step(.wait, sending: bytes)
    }

    var additions: ResponseHead.Additions {
        ResponseHead.Additions(
            requestID: requestID,
            model: hasEarlyHead ? nil : call?.candidate.displayName,
            attempts: record.attempts.count,
            rejected: rejected,
            serverTiming: serverTiming,
            isStream: record.isStream
        )
    }

    private mutating func endAnswer(
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
            record.finish(.served, status: seenStatus)
            state = .finished
            return Step(.finish, sending: continuation?.takeRest() ?? [])
        }
        if let next = recover(from: outcome, at: now) { return next }
        return breakOff(Refusal.brokenOff(outcome, record.attempts[...recordIndex]))
    }

    /// What went wrong with an answer that is out, nil when it is whole.
    ///
    /// What happens to the connection behind the last event matters no more; and a stream that
    /// ends in good order but without its last event is a broken one.
    private mutating func outcomeOfAnswer(_ failure: AttemptOutcome?) -> AttemptOutcome? {
        guard observer != nil else { return failure }
        if observer?.finish().contains(.failure) == true { sawFailureEvent = true }
        if sawFailureEvent { return .streamFailed }
        return observer?.isComplete == true ? nil : failure ?? .streamEnded
    }

    /// What the stream's own error event said, fit for a client and a log.
    private var streamMessage: String? {
        observer?.failureMessage.map { ProviderMessage.safe($0) }
    }

    mutating func noteUsage() {
        record.usage = observer?.usage ?? answerObserver?.usage
        if let priorUsage { record.usage = priorUsage.adding(record.usage ?? Usage()) }
    }

    /// Lets other requests profit from how an attempt went.
    private func noteHealth(_ outcome: AttemptOutcome, at now: ContinuousClock.Instant) {
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
        // A success was noted at the commit.
        if let outcome, outcome.failureScope != nil { noteHealth(outcome, at: now) }
    }
}
