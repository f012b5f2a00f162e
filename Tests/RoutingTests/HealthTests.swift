import Model
import Testing

@testable import Routing

/// What health makes of a plan: openai has the keys o1 and o2, openrouter r1 and r2.
@Suite struct `What is known of keys and candidates` {
    private let health = Health()
    private let gateway = GatewayID("ep_main")
    private let start = ContinuousClock.now
    private let routes: RouteTable

    init() throws {
        routes = try table(
            [builtIn("openai", keys: ["o1", "o2"]), builtIn("openrouter", keys: ["r1", "r2"])])
    }

    private func plan(_ health: Health? = nil) throws -> Plan {
        Plan(
            try routes.resolve(model: "gpt-4o", for: .only(.openAIChat)),
            keys: KeyChoice(routes),
            at: gateway,
            health: health ?? self.health
        )
    }

    /// The keys that are tried, as if each were refused.
    private func order(
        after delay: Duration = .zero,
        _ scope: FailureScope = .key
    ) throws -> [String] {
        var plan = try plan()
        var tried: [String] = []
        var next = plan.start(at: start + delay)
        while let attempt = next {
            tried.append(attempt.credential.secret?.exposed ?? "-")
            let isLast = !plan.hasAlternative
            next = plan.next(after: scope, of: attempt, at: start + delay)
            #expect(scope == .candidate || (next == nil) == isLast)
        }
        return tried
    }

    private func note(
        _ outcome: AttemptOutcome,
        _ place: Int,
        key: Int = 0,
        retryAfter: Int? = nil,
        after delay: Duration = .zero,
        times: Int = 1
    ) throws {
        let candidate = try plan().resolved.candidates[place]
        for _ in 1...times {
            health.note(
                outcome,
                of: candidate,
                with: routes.credentials(at: candidate.providerIndex)[key],
                at: gateway,
                retryAfter: retryAfter,
                at: start + delay
            )
        }
    }

    private let natural = ["o1", "o2", "r1", "r2"]

    @Test func `changes nothing while nothing failed`() throws {
        #expect(try order() == natural)
        try note(.status(200), 0, times: 100)
        #expect(try order() == natural)
    }

    @Test(arguments: [401, 429])
    func `tries a key that was refused last, until it has cooled down`(status: Int) throws {
        try note(.status(status), 0)
        #expect(try order() == ["o2", "r1", "r2", "o1"])
        #expect(try order(after: .milliseconds(999)) == ["o2", "r1", "r2", "o1"])
        #expect(try order(after: .seconds(1)) == natural)
        try note(.status(status), 0, retryAfter: 9, after: .seconds(1))
        #expect(try order(after: .seconds(9)) == ["o2", "r1", "r2", "o1"])
        #expect(try order(after: .seconds(10)) == natural)
    }

    @Test(arguments: [400, 402, 403, 404, 422, 500, 503])
    func `cools no key down for another status`(status: Int) throws {
        try note(.status(status), 0)
        #expect(try order() == natural)
    }

    @Test func `forgets a refusal when the key serves again`() throws {
        try note(.status(429), 0, retryAfter: 60)
        try note(.status(200), 0)
        #expect(try order() == natural)
    }

    @Test func `knows a key by its secret`() throws {
        try note(.status(401), 0, retryAfter: 60)
        let rotated = try table([builtIn("openai", keys: ["o9", "o2"])])
        var plan = Plan(
            try rotated.resolve(model: "gpt-4o", for: .only(.openAIChat)),
            keys: KeyChoice(rotated),
            at: gateway,
            health: health
        )
        let first = plan.start(at: start)
        #expect(first?.credential.secret?.exposed == "o9")
    }

    @Test func `tries every key when all cool down`() throws {
        for place in 0...1 {
            for key in 0...1 { try note(.status(429), place, key: key, retryAfter: 60) }
        }
        #expect(try order() == natural)
    }

    @Test(
        arguments: [
            .status(500), .status(529), .status(404), .connectFailed, .tlsFailed,
            .firstByteTimedOut, .streamFailed, .streamEnded, .streamStalled, .notStreamed,
            .answerFailed,
        ] as [AttemptOutcome]
    )
    func `tries a candidate last after ten failures in a row`(outcome: AttemptOutcome) throws {
        try note(outcome, 0, times: 9)
        #expect(try order() == natural)
        try note(outcome, 0)
        #expect(try order() == ["r1", "r2", "o1", "o2"])
        #expect(try order(.candidate) == ["r1", "o1"])
    }

    @Test(
        arguments: [
            .status(400), .status(401), .status(403), .status(413), .status(429), .clientLeft,
            .totalTimedOut,
        ] as [AttemptOutcome]
    )
    func `opens no circuit for what is not the candidate's fault`(
        outcome: AttemptOutcome
    ) throws {
        try note(outcome, 0, times: 50)
        #expect(try order(after: .seconds(600)) == natural)
    }

    @Test func `lets one request a second probe a failing candidate`() throws {
        try note(.status(500), 0, times: 10)
        let last = ["r1", "r2", "o1", "o2"]
        #expect(try order(after: .milliseconds(999)) == last)
        #expect(try order(after: .seconds(1)) == natural)
        #expect(try order(after: .seconds(1)) == last)
        try note(.status(200), 0, after: .seconds(1))
        #expect(try order(after: .seconds(1)) == natural)
    }

    @Test func `keeps the attempts of one gateway from those of another`() throws {
        try note(.status(500), 0, times: 10)
        var other = Plan(
            try routes.resolve(model: "gpt-4o", for: .only(.openAIChat)),
            keys: KeyChoice(routes),
            at: GatewayID("ep_other"),
            health: health
        )
        let first = other.start(at: start)
        #expect(first?.credential.secret?.exposed == "o1")
    }

    @Test func `does not try a candidate again that failed for good`() throws {
        try note(.status(429), 0, retryAfter: 60)
        var plan = try plan()
        let first = try taken(plan.start(at: start))
        #expect(first.credential.secret?.exposed == "o2")
        let second = try taken(plan.next(after: .candidate, of: first, at: start))
        #expect(second.credential.secret?.exposed == "r1")
        #expect(plan.hasAlternative)
        let end = plan.next(after: .candidate, of: second, at: start)
        #expect(end == nil)
    }

    // MARK: From one process to the next

    /// Health as another process has it that was told so much later.
    private func heir(after delay: Duration) -> Health {
        let heir = Health()
        heir.adopt(health.report(at: start + delay), at: start + delay) { key in
            routes.providers.credential(key.source, at: key.provider, own: [])
        }
        return heir
    }

    private func firstKey(_ health: Health, after delay: Duration) throws -> String? {
        var plan = try plan(health)
        return plan.start(at: start + delay)?.credential.secret?.exposed
    }

    @Test func `gives on what cools down and for how long`() throws {
        try note(.status(429), 0, retryAfter: 9)
        let heir = heir(after: .seconds(4))
        #expect(try firstKey(heir, after: .milliseconds(8999)) == "o2")
        #expect(try firstKey(heir, after: .seconds(9)) == "o1")
        #expect(self.heir(after: .seconds(9)).report(at: start).isEmpty)
    }

    @Test func `gives on how long a key cools down when it is refused again`() throws {
        try note(.status(429), 0)
        try note(.status(429), 0, after: .seconds(1))
        let heir = heir(after: .seconds(2))
        let key = routes.credentials(at: try plan().resolved.candidates[0].providerIndex)[0]
        heir.note(
            .status(429),
            of: try plan().resolved.candidates[0],
            with: key,
            at: gateway,
            retryAfter: nil,
            at: start + .seconds(3)
        )
        #expect(try firstKey(heir, after: .milliseconds(6999)) == "o2")
        #expect(try firstKey(heir, after: .seconds(7)) == "o1")
    }

    @Test func `gives on which circuits are open`() throws {
        try note(.status(500), 0, times: 10)
        let heir = heir(after: .milliseconds(400))
        #expect(try firstKey(heir, after: .milliseconds(999)) == "r1")
        #expect(try firstKey(heir, after: .seconds(1)) == "o1")
        #expect(try firstKey(heir, after: .seconds(1)) == "r1")
        // It closes like any other.
        heir.note(
            .status(200),
            of: try plan().resolved.candidates[0],
            with: routes.credentials(at: try plan().resolved.candidates[0].providerIndex)[0],
            at: gateway,
            retryAfter: nil,
            at: start + .seconds(1)
        )
        #expect(try firstKey(heir, after: .seconds(1)) == "o1")
        #expect(heir.report(at: start + .seconds(1)).isEmpty)
    }

    @Test func `passes over keys that are gone, and tells of so many`() throws {
        let providers = routes.providers
        let openAI = ProviderID("openai")
        #expect(providers.credential(.managed(2), at: openAI, own: []) == nil)
        #expect(providers.credential(.managed(-1), at: openAI, own: []) == nil)
        #expect(providers.credential(.own(ProviderKeyID("x")), at: openAI, own: []) == nil)
        #expect(providers.credential(.managed(0), at: ProviderID("none"), own: []) == nil)
        let own = ownKey("x", "openai")
        let found = providers.credential(.own(own.id), at: openAI, own: [own])
        #expect(found?.secret == own.secret)
        for number in 0..<1200 {
            let candidate = try routes.resolve(model: "openai:x\(number)", for: .only(.openAIChat))
                .candidates[0]
            for _ in 0..<10 {
                health.note(
                    .status(500),
                    of: candidate,
                    with: routes.credentials(at: candidate.providerIndex)[0],
                    at: gateway,
                    retryAfter: nil,
                    at: start
                )
            }
        }
        #expect(health.report(at: start).candidates.count == HealthReport.limit)
    }
}
