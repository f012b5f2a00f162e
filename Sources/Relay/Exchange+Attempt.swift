import Accounting
import Dialects
import Model
import Routing

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
        if holdsKey(model) { return refuse(.modelIsKey) }
        for name in fallbacks where holdsKey(name) { return refuse(.modelIsKey) }
        record.modelAsked = (model ?? fallbacks.first).map { name in
            String(decoding: name.utf8.prefix(Limits.loggedNameBytes), as: UTF8.self)
        }
        let resolved: ResolvedModels
        do {
            resolved = try routes.resolve(
                model: model,
                models: fallbacks,
                for: operation,
                under: keyRules,
                isCounted: isCounted
            )
        } catch {
            return refuse(Refusal(error))
        }
        rejected = resolved.rejected.map { "\($0.name) (\($0.refusal.message))" }
        if let step = checkLength(model, fallbacks) { return step }
        let keys = KeyChoice(routes, under: keyRules, for: operation, isCounted: isCounted)
        let chosen: (resolved: ResolvedModels, keys: KeyChoice)
        do throws(SelectionFailure) {
            chosen = try choose(among: resolved, keys, at: gateway)
        } catch {
            return refuse(Refusal(error))
        }
        var plan = Plan(
            chosen.resolved,
            keys: chosen.keys,
            at: gateway.id,
            health: snapshot.health
        )
        let first = plan.start(at: now)
        let keyFailure = plan.keyFailure
        self.plan = plan
        guard let first else {
            // A name without a key for its provider was refused when it was resolved.
            return refuse(keyFailure.map { Refusal($0) } ?? .noCredential(resolved.candidates))
        }
        return startAttempt(first, at: now)
    }

    /// Whether what managed traffic costs is counted.
    private var isCounted: Bool { snapshot.credits.mode != .off }

    /// Whether a model's name holds something that looks like a gateway token or a provider's key:
    /// it would be logged, and sent to a provider.
    func holdsKey(_ name: String?) -> Bool {
        guard let name else { return false }
        let bytes = name.utf8Span.span
        return snapshot.headerRules.holdsToken(bytes) || KeyWords.holdsKey(bytes)
    }

    /// Begins an attempt, with the client's body made fit for its candidate or another one.
    ///
    /// - Parameter other: what is sent instead of the client's own body; it names the model.
    mutating func startAttempt(
        _ planned: PlannedAttempt,
        sending other: ByteBuffer? = nil,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let asking = asking(planned.candidate) else {
            return answerCount(of: planned.candidate)
        }
        settleOpenBill()
        switch admit(planned) {
        case .free(let funds): return send(planned, asking, other, funds, at: now)
        case .refused(let refusal): return passOverUnpaid(planned, refusal, at: now)
        case .paid(let funds, let question):
            fundsQuestion = question
            state = .reserving(planned, asking, other, funds)
            return Step(.reserve)
        }
    }

    /// Begins an attempt for which all that is needed is set aside.
    mutating func send(
        _ planned: PlannedAttempt,
        _ asking: Asking,
        _ other: ByteBuffer?,
        _ funds: AttemptFunds?,
        at now: ContinuousClock.Instant
    ) -> Step {
        incomingFunds = funds
        if other == nil, !asking.isTranslated, case .operation = endpoint?.purpose {
            body.name(model: planned.candidate.model)
        }
        if let fitting = fitting(planned.candidate, asking) {
            return write(fitting, for: planned, instead: other, at: now)
        }
        let same = FittedBody(bytes: other ?? body.bytes, removed: [])
        return begin(planned, asking, sending: same, answer: nil, at: now)
    }

    /// Begins an attempt whose body is ready.
    ///
    /// - Parameter answer: what its answer becomes, where that is in another dialect.
    mutating func begin(
        _ planned: PlannedAttempt,
        _ asking: Asking,
        sending sent: FittedBody,
        answer: TranslatedAnswer?,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard let routes else { preconditionFailure("an attempt without a plan") }
        sendBill(isFinal: false)
        funds = incomingFunds.take()
        endSeenAt = nil
        heldEnd = []
        held.removeAll(keepingCapacity: true)
        observer = nil
        answerObserver = nil
        hiddenUsage = sent.hidesUsage ? HiddenUsage() : nil
        translated = answer
        sawFailureEvent = false
        record.isStream = isHeadSent
        upstreamBody = sent.bytes
        self.planned = planned
        call = UpstreamCall(
            planned,
            asking,
            at: routes.providers[planned.candidate.providerIndex],
            clientQuery: onlyConnects
                ? queryNaming(model: planned.candidate.model) : queryWithoutTokens,
            removedParameters: sent.removed
        )
        noteUse(of: planned.credential, at: now)
        recordIndex = record.attempts.count
        record.attempts.append(
            AttemptRecord(
                candidate: planned.candidate.displayName,
                credential: planned.credential.source,
                dialect: asking.isTranslated ? asking.dialect : nil,
                start: now
            )
        )
        state = .attempting(Attempt(start: now))
        return Step(.startAttempt)
    }
}
