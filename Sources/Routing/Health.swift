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

    /// A key that was refused, and where.
    private struct RefusedKey {
        let gateway: GatewayID
        let provider: ProviderID
        let source: Credential.Source
        var coolDown: CoolDown
    }

    /// A candidate that was tried, and where.
    private struct TriedCandidate {
        let gateway: GatewayID
        let name: String
        var circuit = Circuit()

        /// How many more circuits are open for it: 1 when this one opens, -1 when it closes.
        mutating func note(_ hasFailed: Bool, at now: ContinuousClock.Instant) -> Int {
            let wasOpen = circuit.isOpen
            circuit.note(hasFailed, at: now)
            return (circuit.isOpen ? 1 : 0) - (wasOpen ? 1 : 0)
        }
    }

    private let keys = Mutex(BoundedTable<RefusedKey>(limit: keyLimit))
    private let keyCount = Atomic(0)
    private let circuits: InlineArray<16, Mutex<BoundedTable<TriedCandidate>>> = InlineArray { _ in
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
        return keys.withLock { $0[credential.identity]?.coolDown.isCooling(at: now) } != true
    }

    /// Whether a candidate is tried in its turn, and not last.
    func admits(
        _ candidate: Candidate,
        of gateway: GatewayID,
        at now: ContinuousClock.Instant
    ) -> Bool {
        guard openCount.load(ordering: .relaxed) > 0 else { return true }
        let identity = Health.identity(of: candidate.healthName, gateway)
        return circuits[Health.shard(of: identity)].withLock {
            $0[identity]?.circuit.admits(at: now)
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
        note(outcome.signOfKey, of: credential, at: gateway, candidate, retryAfter, now)
        let sign = outcome.signOfCandidate
        guard sign != .nothing else { return }
        let identity = Health.identity(of: candidate.healthName, gateway)
        let hasFailed = sign == .failure
        let change = circuits[Health.shard(of: identity)].withLock { circuits in
            if let change = circuits.change(identity, { $0.note(hasFailed, at: now) }) {
                return change
            }
            guard circuits.hasRoom(at: now, forgetting: Health.isForgotten(at: now)) else {
                return 0
            }
            var tried = TriedCandidate(gateway: gateway, name: candidate.healthName)
            let change = tried.note(hasFailed, at: now)
            circuits[identity] = tried
            return change
        }
        if change != 0 { openCount.add(change, ordering: .relaxed) }
    }

    private func note(
        _ sign: Sign,
        of credential: Credential,
        at gateway: GatewayID,
        _ candidate: Candidate,
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
                if keys[credential.identity]?.coolDown.refuse(retryAfter: wait, at: now) == nil,
                    keys.hasRoom(at: now, forgetting: { $0.coolDown.isForgotten(at: now) })
                {
                    keys[credential.identity] = RefusedKey(
                        gateway: gateway,
                        provider: candidate.provider,
                        source: credential.source,
                        coolDown: CoolDown(retryAfter: wait, at: now)
                    )
                }
                keyCount.store(keys.entries.count, ordering: .relaxed)
            }
        }
    }

    // MARK: From one process to the next

    /// What cools down and what is tried last, as of now.
    package func report(at now: ContinuousClock.Instant) -> HealthReport {
        var report = HealthReport()
        keys.withLock { keys in
            for key in keys.entries.values where key.coolDown.isCooling(at: now) {
                guard report.keys.count < HealthReport.limit else { break }
                report.keys.append(
                    HealthReport.Key(
                        gateway: key.gateway,
                        provider: key.provider,
                        source: key.source,
                        remaining: key.coolDown.end - now,
                        next: key.coolDown.next
                    )
                )
            }
        }
        for shard in circuits.indices {
            circuits[shard].withLock { circuits in
                for tried in circuits.entries.values {
                    guard let probe = tried.circuit.nextProbe,
                        report.candidates.count < HealthReport.limit
                    else { continue }
                    let candidate = HealthReport.Candidate(
                        gateway: tried.gateway,
                        name: tried.name,
                        untilProbe: max(.zero, probe - now)
                    )
                    report.candidates.append(candidate)
                }
            }
        }
        return report
    }

    /// Takes over what another process knew; what is known here already stays.
    ///
    /// - Parameter find: the key that a name means now.
    package func adopt(
        _ report: HealthReport,
        at now: ContinuousClock.Instant,
        find: (HealthReport.Key) -> Credential?
    ) {
        for key in report.keys {
            guard let credential = find(key) else { continue }
            let refused = RefusedKey(
                gateway: key.gateway,
                provider: key.provider,
                source: key.source,
                coolDown: CoolDown(remaining: key.remaining, next: key.next, at: now)
            )
            keys.withLock { keys in
                if keys[credential.identity] == nil,
                    keys.hasRoom(at: now, forgetting: { _ in false })
                {
                    keys[credential.identity] = refused
                }
                keyCount.store(keys.entries.count, ordering: .relaxed)
            }
        }
        for candidate in report.candidates {
            let identity = Health.identity(of: candidate.name, candidate.gateway)
            let probe = now + min(candidate.untilProbe, Circuit.probeInterval)
            circuits[Health.shard(of: identity)].withLock { circuits in
                guard circuits[identity] == nil,
                    circuits.hasRoom(at: now, forgetting: { _ in false })
                else { return }
                circuits[identity] = TriedCandidate(
                    gateway: candidate.gateway,
                    name: candidate.name,
                    circuit: Circuit(nextProbe: probe)
                )
                openCount.add(1, ordering: .relaxed)
            }
        }
    }

    private static func isForgotten(
        at now: ContinuousClock.Instant
    ) -> (TriedCandidate) -> Bool {
        { $0.circuit.isForgotten(at: now) }
    }

    private static func identity(of candidate: String, _ gateway: GatewayID) -> Int {
        var hasher = Hasher()
        hasher.combine(gateway)
        hasher.combine(candidate)
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
