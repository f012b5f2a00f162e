package import Model
internal import Synchronization

/// Which keys cool down and which candidates' circuits are open, known to all loops at once.
///
/// It outlives snapshots: a reload forgets nothing of it. What is healthy costs a look at two
/// counters before an attempt, and one short lock after it.
package final class Health: Sendable {
    /// Whether something failed, in the eyes of one who chooses what to try next.
    enum Sign {
        case success
        case failure
        case nothing
    }

    private let keys = Mutex(BoundedTable<CoolDown>(limit: keyLimit))
    private let keyCount = Atomic(0)
    private let circuits: InlineArray<16, Mutex<BoundedTable<Circuit>>> = InlineArray { _ in
        Mutex(BoundedTable(limit: circuitLimit))
    }
    private let openCount = Atomic(0)

    /// Beyond these, what is long past is forgotten, and where that is not enough nothing new is
    /// noted.
    private static let keyLimit = 65_536
    private static let circuitLimit = 4096

    /// Nothing is known of anything.
    package init() {}

    // MARK: Before an attempt

    /// Whether a key is tried in its turn, and not last.
    func admits(_ credential: Credential, at now: ContinuousClock.Instant) -> Bool {
        guard keyCount.load(ordering: .relaxed) > 0 else { return true }
        return keys.withLock { $0[credential.identity]?.isCooling(at: now) } != true
    }

    /// Whether a candidate is tried in its turn, and not last.
    func admits(
        _ candidate: Candidate,
        of gateway: GatewayID,
        at now: ContinuousClock.Instant
    ) -> Bool {
        guard openCount.load(ordering: .relaxed) > 0 else { return true }
        let identity = Health.identity(of: candidate, gateway)
        return circuits[Health.shard(of: identity)].withLock {
            $0[identity]?.admits(at: now)
        } ?? true
    }

    // MARK: After an attempt

    /// Takes the end of an attempt into account.
    ///
    /// - Parameter retryAfter: what the provider asked for, in seconds.
    package func note(
        _ outcome: AttemptOutcome,
        of candidate: Candidate,
        with credential: Credential,
        at gateway: GatewayID,
        retryAfter: Int?,
        at now: ContinuousClock.Instant
    ) {
        note(outcome.signOfKey, of: credential, retryAfter, now)
        let sign = outcome.signOfCandidate
        guard sign != .nothing else { return }
        let identity = Health.identity(of: candidate, gateway)
        circuits[Health.shard(of: identity)].withLock { circuits in
            var circuit = circuits[identity]
            if circuit == nil, !circuits.hasRoom(at: now, forgetting: { $0.isForgotten(at: now) }) {
                return
            }
            let wasOpen = circuit?.isOpen == true
            circuit = circuit ?? Circuit()
            circuit?.note(sign == .failure, at: now)
            circuits[identity] = circuit
            let isOpen = circuit?.isOpen == true
            if isOpen != wasOpen { openCount.add(isOpen ? 1 : -1, ordering: .relaxed) }
        }
    }

    private func note(
        _ sign: Sign,
        of credential: Credential,
        _ retryAfter: Int?,
        _ now: ContinuousClock.Instant
    ) {
        switch sign {
        case .nothing: return
        case .success:
            guard keyCount.load(ordering: .relaxed) > 0 else { return }
            keys.withLock { keys in
                keys[credential.identity] = nil
                keyCount.store(keys.entries.count, ordering: .relaxed)
            }
        case .failure:
            let wait = retryAfter.map { Duration.seconds($0) }
            keys.withLock { keys in
                if keys[credential.identity]?.refuse(retryAfter: wait, at: now) == nil,
                    keys.hasRoom(at: now, forgetting: { $0.isForgotten(at: now) })
                {
                    keys[credential.identity] = CoolDown(retryAfter: wait, at: now)
                }
                keyCount.store(keys.entries.count, ordering: .relaxed)
            }
        }
    }

    private static func identity(of candidate: Candidate, _ gateway: GatewayID) -> Int {
        var hasher = Hasher()
        hasher.combine(gateway)
        hasher.combine(candidate.displayName)
        return hasher.finalize()
    }

    private static func shard(of identity: Int) -> Int { identity & 15 }
}

extension AttemptOutcome {
    /// What it says of the key (chapter 4: one that answered 401 or 429 cools down).
    var signOfKey: Health.Sign {
        switch self {
        case .status(401), .status(429): .failure
        case .status(200...299): .success
        default: .nothing
        }
    }

    /// What it says of the candidate: whether the provider can serve it at all.
    ///
    /// A request that is refused for what it says, for its key or its length speaks for nobody.
    var signOfCandidate: Health.Sign {
        switch self {
        case .status(101), .status(200...299): .success
        case .status(404), .status(408): .failure
        case .status(400...499), .totalTimedOut, .clientLeft, .superseded: .nothing
        case .status, .resolveFailed, .addressRefused, .connectFailed, .connectTimedOut,
            .tlsFailed, .connectionLost, .malformedAnswer, .firstByteTimedOut,
            .firstContentTimedOut, .attemptTimedOut, .streamFailed, .streamEnded, .streamStalled,
            .notStreamed, .answerFailed:
            .failure
        }
    }
}
