import Model
import Testing

@testable import Routing

@Suite struct `The order of keys` {
    @Test func `is that of the account's own keys, and leaves the managed ones out`() {
        let provider = builtIn("openai", keys: ["m1"])
        let keys = [ownKey("2", "openai"), ownKey("9", "groq"), ownKey("1", "openai")]
        let credentials = KeyOrder.credentials(at: provider, own: keys)
        #expect(
            credentials.map(\.source) == [
                .own(ProviderKeyID("2")), .own(ProviderKeyID("1")),
            ]
        )
        #expect(credentials.map(\.isManaged) == [false, false])
        #expect(credentials.first?.secret?.exposed == "secret-2")
    }

    @Test func `is that of the managed keys where the account has none`() {
        let provider = builtIn("openai", keys: ["m1", "m2"])
        let credentials = KeyOrder.credentials(at: provider, own: [ownKey("1", "groq")])
        #expect(credentials.map(\.source) == [.managed(0), .managed(1)])
        #expect(credentials.map(\.isManaged) == [true, true])
        #expect(credentials.map { $0.secret?.exposed } == ["m1", "m2"])
    }

    @Test func `is no credential at a custom provider without a key`() throws {
        let credentials = KeyOrder.credentials(at: try custom("mine"), own: [])
        #expect(credentials == [Credential(secret: nil, source: .nobody, of: ProviderID("mine"))])
    }

    @Test func `is empty at a built-in provider without a key`() throws {
        #expect(KeyOrder.credentials(at: builtIn("openai"), own: []).isEmpty)
        let routes = try table()
        #expect(throws: ModelRefusal.noCredential("gpt-4.1", provider: "openai")) {
            try routes.names("gpt-4.1")
        }
    }
}

@Suite struct `The end of an attempt` {
    @Test(arguments: [200, 201, 204, 299])
    func `is no failure when the provider answered`(_ status: Int) {
        #expect(AttemptOutcome.status(status).failureScope == nil)
    }

    @Test(arguments: [401, 402, 403, 429])
    func `is the key's fault when the provider refuses it`(_ status: Int) {
        #expect(AttemptOutcome.status(status).failureScope == .key)
    }

    @Test(arguments: [404, 408, 413, 500, 502, 503, 504, 529, 599, 301, 307, 100, 0, -1, 700])
    func `is the candidate's fault when it can't serve`(_ status: Int) {
        #expect(AttemptOutcome.status(status).failureScope == .candidate)
    }

    @Test(arguments: [400, 405, 406, 409, 410, 415, 422, 451, 499])
    func `may be the request's fault with every other 4xx`(_ status: Int) {
        #expect(AttemptOutcome.status(status).failureScope == .request)
    }

    @Test(arguments: [
        AttemptOutcome.resolveFailed, .addressRefused, .connectFailed, .connectTimedOut,
        .tlsFailed, .connectionLost, .malformedAnswer, .firstByteTimedOut, .firstContentTimedOut,
        .attemptTimedOut, .streamFailed, .streamEnded, .streamStalled, .notStreamed, .answerFailed,
    ])
    func `without an answer is the candidate's fault`(_ outcome: AttemptOutcome) {
        #expect(outcome.failureScope == .candidate)
    }

    @Test(arguments: [AttemptOutcome.totalTimedOut, .clientLeft])
    func `of the exchange ends everything`(_ outcome: AttemptOutcome) {
        #expect(outcome.failureScope == .exchange)
    }
}

@Suite struct `A plan` {
    private let now = ContinuousClock.now
    private let health = Health()

    /// Two providers for `gpt-4o`, two keys each.
    private func plan(_ model: String, _ models: [String] = []) throws -> Plan {
        let routes = try table(
            [builtIn("openai", keys: ["o1", "o2"]), builtIn("openrouter", keys: ["r1", "r2"])])
        return Plan(
            try routes.resolve(model: model, models: models, for: .only(.openAIChat)),
            keys: KeyChoice(routes),
            at: GatewayID("ep_main"),
            health: health
        )
    }

    private func run(_ plan: Plan, _ scopes: [FailureScope]) -> [String] {
        var plan = plan
        var attempt = plan.start(at: now)
        var tried: [String] = []
        for scope in scopes + [.exchange] {
            guard let current = attempt else { return tried + ["end"] }
            tried.append(
                "\(current.candidate.displayName) \(current.credential.secret?.exposed ?? "-")"
            )
            attempt = plan.next(after: scope, of: current, at: now)
        }
        return tried
    }

    @Test(arguments: [
        ([FailureScope.key], ["openai:gpt-4o o1", "openai:gpt-4o o2"]),
        (
            [.key, .key],
            ["openai:gpt-4o o1", "openai:gpt-4o o2", "openrouter:openai/gpt-4o r1"]
        ),
        ([.candidate], ["openai:gpt-4o o1", "openrouter:openai/gpt-4o r1"]),
        (
            [.key, .candidate],
            ["openai:gpt-4o o1", "openai:gpt-4o o2", "openrouter:openai/gpt-4o r1"]
        ),
        ([.candidate, .candidate], ["openai:gpt-4o o1", "openrouter:openai/gpt-4o r1", "end"]),
        (
            [.candidate, .key, .key],
            [
                "openai:gpt-4o o1", "openrouter:openai/gpt-4o r1", "openrouter:openai/gpt-4o r2",
                "end",
            ]
        ),
        ([.request], ["openai:gpt-4o o1", "end"]),
        ([.exchange], ["openai:gpt-4o o1", "end"]),
    ])
    func `for one model goes on as far as the failure reaches`(
        _ scopes: [FailureScope],
        _ tried: [String]
    ) throws {
        #expect(run(try plan("gpt-4o"), scopes) == tried)
    }

    @Test func `goes on after a bad request when the client named several models`() throws {
        let tried = run(try plan("openai:gpt-4o", ["gpt-4.1"]), [.request, .request])
        #expect(tried == ["openai:gpt-4o o1", "openai:gpt-4.1 o1", "end"])
    }

    @Test func `ends after ten attempts`() throws {
        let keys = (1...12).map { "k\($0)" }
        let routes = try table([builtIn("openai", keys: keys)])
        var plan = Plan(
            try routes.resolve(model: "gpt-4o", for: .only(.openAIChat)),
            keys: KeyChoice(routes),
            at: GatewayID("ep_main"),
            health: health
        )
        var numbers: [Int] = []
        var attempt = plan.start(at: now)
        while let current = attempt {
            numbers.append(current.number)
            #expect(plan.hasAlternative == (current.number < 10))
            attempt = plan.next(after: .key, of: current, at: now)
        }
        #expect(numbers == Array(1...10))
        #expect(plan.attemptCount == 10)
    }

    @Test func `knows whether anything is left to try`() throws {
        var plan = try plan("gpt-4o")
        let first = try taken(plan.start(at: now))
        #expect(plan.hasAlternative)
        let second = try taken(plan.next(after: .candidate, of: first, at: now))
        #expect(plan.hasAlternative)
        _ = plan.next(after: .key, of: second, at: now)
        #expect(!plan.hasAlternative)
    }

    @Test func `goes to another candidate beside one that runs, and to its other keys last`()
        throws
    {
        var plan = try plan("gpt-4o")
        let first = try taken(plan.start(at: now))
        let second = try taken(plan.beside(first, at: now))
        #expect(second.credential.secret?.exposed == "r1")
        let mayGoOn = plan.giveUp(first, after: .key)
        #expect(mayGoOn)
        let tried = run(&plan, from: second)
        #expect(tried == ["r2", "o2"])
    }

    @Test func `has nothing beside the only candidate`() throws {
        var plan = try plan("openai:gpt-4o")
        let first = try taken(plan.start(at: now))
        let second = plan.beside(first, at: now)
        #expect(second == nil)
        #expect(plan.hasAlternative)
        let tried = run(&plan, from: first)
        #expect(tried == ["o2"])
    }

    private func run(_ plan: inout Plan, from first: PlannedAttempt) -> [String] {
        var tried: [String] = []
        var last = first
        while let next = plan.next(after: .key, of: last, at: now) {
            tried.append(next.credential.secret?.exposed ?? "-")
            last = next
        }
        return tried
    }

    @Test func `calls a keyless provider without a credential`() throws {
        let routes = try table([try custom("mine")])
        var plan = Plan(
            try routes.resolve(model: "mine:m", for: .only(.openAIChat)),
            keys: KeyChoice(routes),
            at: GatewayID("ep_main"),
            health: health
        )
        let attempt = plan.start(at: now)
        #expect(
            attempt?.credential == Credential(secret: nil, source: .nobody, of: ProviderID("mine"))
        )
        #expect(!plan.hasAlternative)
    }
}
