package import Model

/// What is tried for one request: its candidates, each with the keys of its provider, in order.
///
/// Keys that cool down and candidates whose circuit is open come last. It is pure but for what it
/// asks of ``Health``: it says what comes next and does nothing.
package struct Plan: Sendable {
    /// A candidate's place among those of the request, with one of its keys.
    private struct Place: Equatable {
        var candidate: Int
        var key: Int
    }

    /// The models in order.
    package let resolved: ResolvedModels
    private let choice: KeyChoice
    /// The keys of the candidates that were come to, in the order that they got; empty where the
    /// choice is the same for all.
    private var keys: [[Credential]] = []
    private let gateway: GatewayID
    private let health: Health
    /// What is tried in its turn is found from here on.
    private var position = Place(candidate: 0, key: 0)
    /// What is tried last, in order.
    private var deferred: [Place] = []
    private var deferredIndex = 0
    /// The candidates that no other key would help.
    private var failedCandidates: [Int] = []
    /// Why a candidate that was come to has no key, where expressions choose among them.
    package private(set) var keyFailure: SelectionFailure?
    /// The attempts begun.
    package private(set) var attemptCount = 0

    /// A plan of which nothing was tried.
    package init(
        _ resolved: ResolvedModels,
        keys choice: KeyChoice,
        at gateway: GatewayID,
        health: Health
    ) {
        self.resolved = resolved
        self.choice = choice
        self.gateway = gateway
        self.health = health
    }

    /// The first attempt; nil when there is nothing to try.
    package mutating func start(at now: ContinuousClock.Instant) -> PlannedAttempt? {
        precondition(attemptCount == 0, "a plan is started once")
        return begin(at: now)
    }

    /// The attempt after one that failed; nil when nothing is left or ten were made.
    package mutating func next(
        after scope: FailureScope,
        of planned: PlannedAttempt,
        at now: ContinuousClock.Instant
    ) -> PlannedAttempt? {
        giveUp(planned, after: scope) ? begin(at: now) : nil
    }

    /// Takes a failure into account; false when nothing may be tried any more.
    package mutating func giveUp(_ planned: PlannedAttempt, after scope: FailureScope) -> Bool {
        switch scope {
        case .key: return true
        case .candidate: skip(planned.place)
        case .request:
            if !resolved.namesSeveral { return false }
            skip(planned.place)
        case .exchange: return false
        }
        return true
    }

    /// An attempt of another candidate while one still runs; its own further keys come last.
    package mutating func beside(
        _ planned: PlannedAttempt,
        at now: ContinuousClock.Instant
    ) -> PlannedAttempt? {
        if position.candidate == planned.place {
            deferred += (position.key..<keyCount(of: planned.place)).map {
                Place(candidate: planned.place, key: $0)
            }
            position = Place(candidate: planned.place + 1, key: 0)
        }
        let isElsewhere =
            isWithin(position)
            || deferred[deferredIndex...].contains { $0.candidate != planned.place }
        return isElsewhere ? begin(at: now) : nil
    }

    /// An attempt like one before it, when the provider asked for some patience; nil after ten.
    package mutating func again(_ planned: PlannedAttempt) -> PlannedAttempt? {
        guard attemptCount < Limits.attempts else { return nil }
        attemptCount += 1
        return PlannedAttempt(
            number: attemptCount,
            candidate: planned.candidate,
            credential: planned.credential,
            place: planned.place
        )
    }

    /// The attempt after one that could not even begin; nil when nothing is left.
    package mutating func passOver(
        _ planned: PlannedAttempt,
        at now: ContinuousClock.Instant
    ) -> PlannedAttempt? {
        attemptCount -= 1
        skip(planned.place)
        return begin(at: now)
    }

    /// The attempt after one whose key was not to be used: another key of the candidate's may be.
    package mutating func passOverKey(at now: ContinuousClock.Instant) -> PlannedAttempt? {
        attemptCount -= 1
        return begin(at: now)
    }

    /// Whether some failure of the attempt under way would lead to another one: until then
    /// nothing is sent that could not be taken back.
    package var hasAlternative: Bool {
        attemptCount < Limits.attempts
            && (isWithin(position)
                || deferred[deferredIndex...].contains { !failedCandidates.contains($0.candidate) })
    }

    /// Whether the attempt under way is the only one that was ever to be made: what it brings is
    /// the answer, whatever it says.
    package var isSole: Bool { attemptCount == 1 && !hasAlternative }

    private func keyCount(of candidate: Int) -> Int {
        candidate < keys.count
            ? keys[candidate].count : choice.keyCount(for: resolved.candidates[candidate])
    }

    /// Candidates are come to one after the other: whose turn it is is asked then, and once.
    private mutating func takeKeys(of candidate: Int) -> [Credential] {
        if choice.isFixed { return askedKeys(of: candidate) }
        while candidate >= keys.count { keys.append(askedKeys(of: keys.count)) }
        return keys[candidate]
    }

    /// The keys that the choice gives; none where what chooses fails or leaves none.
    private mutating func askedKeys(of candidate: Int) -> [Credential] {
        do throws(SelectionFailure) {
            return try choice.credentials(for: resolved.candidates[candidate])
        } catch {
            if keyFailure == nil || keyFailure == .leftNothing(.keys) { keyFailure = error }
            return []
        }
    }

    /// Whether there is something at a place or, where its candidate has no more keys, behind it.
    private func isWithin(_ place: Place) -> Bool {
        place.candidate + 1 < resolved.candidates.count
            || place.candidate < resolved.candidates.count
                && place.key < keyCount(of: place.candidate)
    }

    private mutating func skip(_ candidate: Int) {
        failedCandidates.append(candidate)
        if position.candidate == candidate { position = Place(candidate: candidate + 1, key: 0) }
    }

    private mutating func begin(at now: ContinuousClock.Instant) -> PlannedAttempt? {
        guard attemptCount < Limits.attempts, let place = takePlace(at: now) else { return nil }
        attemptCount += 1
        return PlannedAttempt(
            number: attemptCount,
            candidate: resolved.candidates[place.candidate],
            credential: takeKeys(of: place.candidate)[place.key],
            place: place.candidate
        )
    }

    private mutating func takePlace(at now: ContinuousClock.Instant) -> Place? {
        while position.candidate < resolved.candidates.count {
            let place = position
            let keys = takeKeys(of: place.candidate)
            guard place.key < keys.count else {
                position = Place(candidate: place.candidate + 1, key: 0)
                continue
            }
            // Asked once a candidate: the question takes the probe of an open circuit.
            if place.key == 0,
                !health.admits(resolved.candidates[place.candidate], of: gateway, at: now)
            {
                deferred += keys.indices.map { Place(candidate: place.candidate, key: $0) }
                position = Place(candidate: place.candidate + 1, key: 0)
                continue
            }
            position.key += 1
            if health.admits(keys[place.key], at: now) { return place }
            deferred.append(place)
        }
        while deferredIndex < deferred.count {
            deferredIndex += 1
            let place = deferred[deferredIndex - 1]
            if !failedCandidates.contains(place.candidate) { return place }
        }
        return nil
    }
}

/// One upstream request that a plan calls for.
package struct PlannedAttempt: Equatable, Sendable {
    /// Which one it is, from 1.
    package let number: Int
    /// The model at a provider.
    package let candidate: Candidate
    /// What it is authorised with.
    package let credential: Credential
    /// The candidate's place in the plan.
    let place: Int
}
