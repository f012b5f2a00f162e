import Model

/// What is tried for one request: its candidates, each with the keys of its provider, in order.
///
/// It is pure: it says what comes next and does nothing.
package struct Plan: Sendable {
    /// The models in order.
    package let resolved: ResolvedModels
    private let routes: RouteTable
    private var candidateIndex = 0
    private var keyIndex = 0
    /// The attempts begun.
    package private(set) var attemptCount = 0

    /// A plan of which nothing was tried.
    package init(_ resolved: ResolvedModels, routes: RouteTable) {
        self.resolved = resolved
        self.routes = routes
    }

    /// The first attempt; nil when there is nothing to try.
    package mutating func start() -> PlannedAttempt? {
        precondition(attemptCount == 0, "a plan is started once")
        return begin()
    }

    /// The attempt after one that failed; nil when nothing is left or ten were made.
    package mutating func next(after scope: FailureScope) -> PlannedAttempt? {
        precondition(attemptCount > 0, "a plan is started before it goes on")
        switch scope {
        case .key:
            if hasAnotherKey {
                keyIndex += 1
            } else {
                skipCandidate()
            }
        case .candidate: skipCandidate()
        case .request:
            if !resolved.namesSeveral { return nil }
            skipCandidate()
        case .exchange: return nil
        }
        return begin()
    }

    /// Whether some failure of the attempt under way would lead to another one: until then
    /// nothing is sent that could not be taken back.
    package var hasAlternative: Bool {
        attemptCount < Limits.attempts
            && (hasAnotherKey || candidateIndex + 1 < resolved.candidates.count)
    }

    private var hasAnotherKey: Bool {
        guard candidateIndex < resolved.candidates.count else { return false }
        let provider = resolved.candidates[candidateIndex].providerIndex
        return keyIndex + 1 < routes.credentials(at: provider).count
    }

    private mutating func skipCandidate() {
        candidateIndex += 1
        keyIndex = 0
    }

    private mutating func begin() -> PlannedAttempt? {
        guard candidateIndex < resolved.candidates.count, attemptCount < Limits.attempts else {
            return nil
        }
        let candidate = resolved.candidates[candidateIndex]
        let credentials = routes.credentials(at: candidate.providerIndex)
        guard keyIndex < credentials.count else { return nil }
        attemptCount += 1
        return PlannedAttempt(
            number: attemptCount,
            candidate: candidate,
            credential: credentials[keyIndex]
        )
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
}
