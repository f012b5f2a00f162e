import Model
import Routing
import Testing

@testable import Relay

/// What an exchange tells the metrics of its attempts.
@Suite struct `Each attempt is measured once` {
    private let one = #"{"model":"alpha:a"}"#
    private let stream = #"{"model":"alpha:a","stream":true}"#
    private let two = #"{"models":["alpha:a","beta:b"],"stream":true}"#

    private func site(_ change: (inout Site) throws -> Void = { _ in }) throws -> Site {
        var site = Site([try provider("alpha"), try provider("beta")])
        try change(&site)
        return site
    }

    private func samples(_ conversation: Conversation) -> [AttemptSample] {
        conversation.metrics.take() ?? []
    }

    private func outcomes(_ conversation: Conversation) -> [AttemptOutcome] {
        samples(conversation).map(\.outcome)
    }

    private func milliseconds(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> Int
    {
        Int((to - from) / .milliseconds(1))
    }

    @Test func `a whole answer has its time and its tokens`() throws {
        var conversation = Conversation(try site(), body: one)
        conversation.wait(.milliseconds(40))
        conversation.answer(200, #"{"usage":{"prompt_tokens":7,"completion_tokens":3}}"#)
        let sample = try #require(samples(conversation).first)
        #expect(sample.model == "alpha:a")
        #expect(sample.provider == ProviderID("alpha"))
        #expect(sample.account == .standard)
        #expect(sample.gateway == GatewayID("ep_main"))
        #expect(sample.key == .managed(0))
        #expect(!sample.isKnown)
        #expect(sample.outcome == .status(200))
        #expect(sample.arrival == conversation.exchange.start)
        #expect(milliseconds(sample.start, sample.end) == 40)
        #expect(sample.content == nil)
        #expect(!sample.isStream)
        #expect(sample.usage == Usage(input: 7, output: 3))
        #expect(sample.quota == nil)
    }

    @Test(arguments: Events.all)
    func `a stream has the time of its first content`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        var conversation = Conversation(try site(), events.path, body: events.single)
        conversation.wait(.milliseconds(10))
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.wait(.milliseconds(20))
        conversation.receive(events.content)
        conversation.wait(.milliseconds(30))
        conversation.receive(events.content)
        conversation.receive(events.ending)
        conversation.end()
        let found = samples(conversation)
        #expect(found.count == 1)
        let sample = try #require(found.first)
        #expect(sample.isStream)
        #expect(milliseconds(sample.start, try #require(sample.content)) == 30)
        #expect(milliseconds(sample.start, sample.end) == 60)
        #expect(sample.usage != nil)
    }

    @Test func `each attempt of a request that failed over is told with its own key and quota`()
        throws
    {
        let site = try site {
            $0.providers = [try provider("alpha", keys: ["x", "y"]), try provider("beta")]
        }
        var conversation = Conversation(site, body: two)
        conversation.answer(429, "{}", headers: [("x-ratelimit-remaining-requests", "0")])
        conversation.end(.connectFailed)
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.receive(Events.chat.ending)
        conversation.end()
        let found = samples(conversation)
        #expect(found.map(\.outcome) == [.status(429), .connectFailed, .status(200)])
        #expect(found.map(\.key) == [.managed(0), .managed(1), .managed(0)])
        #expect(found.map(\.model) == ["alpha:a", "alpha:a", "beta:b"])
        #expect(found.map { $0.quota?.quota.remainingRequests } == [0, nil, nil])
        #expect(found.map { $0.arrival != nil } == [true, false, false])
    }

    @Test(arguments: [400, 401, 404, 408, 422, 429, 500, 503])
    func `an error is told by its status`(status: Int) throws {
        var conversation = Conversation(try site(), body: one)
        conversation.answer(status, "{}")
        #expect(outcomes(conversation) == [.status(status)])
    }

    @Test func `a redirect, and what is no stream, are told`() throws {
        var conversation = Conversation(try site(), body: one)
        conversation.head(302)
        #expect(outcomes(conversation) == [.status(302)])
        conversation = Conversation(try site(), body: stream)
        conversation.answer(200, "{}")
        #expect(outcomes(conversation) == [.notStreamed])
    }

    @Test func `a stream that breaks is told with what came of it`() throws {
        for (outcome, act) in [
            (
                AttemptOutcome.streamFailed,
                {
                    $0.receive(Events.chat.failure); $0.end()
                }
            ),
            (.streamEnded, { $0.end() }), (.connectionLost, { $0.end(.connectionLost) }),
            (.streamStalled, { $0.wait(.seconds(61)) }),
            (.clientLeft, { $0.leave() }),
        ] as [(AttemptOutcome, (inout Conversation) -> Void)] {
            var conversation = Conversation(try site(), body: stream)
            conversation.streamHead()
            conversation.receive(Events.chat.content)
            act(&conversation)
            let found = samples(conversation)
            #expect(found.map(\.outcome) == [outcome])
            #expect(found.first?.content != nil)
        }
    }

    @Test func `timeouts before content are told, and a client that leaves`() throws {
        var conversation = Conversation(try site(), body: stream)
        conversation.wait(.seconds(60))
        #expect(outcomes(conversation) == [.firstByteTimedOut])
        conversation = Conversation(try site(), body: one)
        conversation.wait(.seconds(180))
        #expect(outcomes(conversation) == [.attemptTimedOut])
        conversation = Conversation(try site(), body: one)
        conversation.leave()
        #expect(outcomes(conversation) == [.clientLeft])
    }

    @Test func `of two that ran at once the loser is told too`() throws {
        var conversation = Conversation(
            try site { $0.timeouts.hedgeAfter = .seconds(2) },
            body: two
        )
        conversation.wait(.seconds(2))
        let isTurned = conversation.turn(to: 2)
        #expect(isTurned)
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.receive(Events.chat.ending)
        conversation.end()
        let found = samples(conversation)
        #expect(found.map(\.outcome) == [.superseded, .status(200)])
        #expect(found.map(\.model) == ["alpha:a", "beta:b"])
        #expect(found.map { $0.content != nil } == [false, true])
        #expect(found.map(\.isStream) == [true, true])
    }

    @Test func `an answer that another went on with is two attempts with their own tokens`() throws
    {
        var conversation = Conversation(
            try site { $0.recoversStreams = true },
            body: String(two.dropLast()) + #","messages":[{"role":"user","content":"?"}]}"#
        )
        for _ in 0..<2 {
            conversation.streamHead()
            conversation.receive(Events.chat.content)
            if conversation.attempts.count == 1 { conversation.end(.connectionLost) }
        }
        conversation.receive(Events.chat.ending)
        conversation.end()
        let found = samples(conversation)
        #expect(found.map(\.outcome) == [.connectionLost, .status(200)])
        #expect(found.map { $0.content != nil } == [true, true])
        #expect(found.last?.usage == Usage(input: 7, output: 3))
    }

    @Test func `what needs no provider is not measured`() throws {
        var conversation = Conversation(try site(), "GET", "/v1/models")
        conversation.endBody()
        #expect(samples(conversation).isEmpty)
        conversation = Conversation(try site(), body: #"{"model":"nothing-like-it"}"#)
        #expect(samples(conversation).isEmpty)
    }

    // MARK: Quotas

    private func quota(_ headers: [(String, String)]) -> [Int?] {
        var head = ResponseHead(status: 200)
        for (name, value) in headers {
            head.add(name: name.utf8Span.span, value: value.utf8Span.span, ownKey: false)
        }
        let quota = head.quota.quota
        return [
            quota.remainingRequests, quota.limitRequests, quota.remainingTokens, quota.limitTokens,
        ]
    }

    @Test func `quotas are read from the headers of both families`() {
        let common = [
            ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-limit-tokens", "150000"),
            ("x-ratelimit-remaining-requests", "59"), ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-requests", "1s"),
        ]
        #expect(quota(common) == [59, 60, 149_984, 150_000])
        let family = "anthropic-ratelimit-"
        let input = [
            (family + "input-tokens-remaining", "30"), (family + "input-tokens-limit", "40"),
            (family + "output-tokens-remaining", "1"), (family + "output-tokens-limit", "2"),
        ]
        #expect(quota(input) == [nil, nil, 30, 40])
        let tokens = [
            (family + "tokens-remaining", "5"), (family + "tokens-limit", "6"),
            (family + "requests-remaining", "7"), (family + "requests-limit", "8"),
            (family + "tokens-reset", "2026-11-21T00:00:00Z"),
        ]
        #expect(quota(tokens + input) == [7, 8, 5, 6])
        #expect(quota(input + tokens) == [7, 8, 5, 6])
    }

    @Test func `when limits are whole again is told by both families`() throws {
        let now = ContinuousClock.now
        let resets = { (headers: [(String, String)]) -> [Duration?] in
            var head = ResponseHead(status: 200)
            for (name, value) in headers {
                head.add(name: name.utf8Span.span, value: value.utf8Span.span, ownKey: false)
            }
            let told = head.quota.told(at: now, atUnixSecond: Site.second)
            return [told?.requestsReset.map { $0 - now }, told?.tokensReset.map { $0 - now }]
        }
        let common = [
            ("x-ratelimit-reset-requests", "6m1.5s"), ("x-ratelimit-remaining-requests", "1"),
            ("x-ratelimit-reset-tokens", "120ms"),
        ]
        #expect(resets(common) == [.milliseconds(361_500), .milliseconds(120)])
        let family = "anthropic-ratelimit-"
        let others = [
            (family + "requests-remaining", "1"),
            (family + "requests-reset", "2026-11-21T02:13:35Z"),
            (family + "input-tokens-reset", "2026-11-21T02:12:00Z"),
        ]
        #expect(resets(others) == [.seconds(30), .zero])
        let far = [
            (family + "requests-remaining", "1"),
            (family + "requests-reset", "9999-11-21T02:13:35Z"),
            (family + "tokens-reset", "soon"),
        ]
        #expect(resets(far) == [.seconds(86_400), nil])
        #expect(resets([("x-ratelimit-reset-requests", "1s")]) == [nil, nil])
    }

    @Test(arguments: [
        ("1s", 1000), ("7.66s", 7660), ("1h2m3s", 3_723_000), ("60", 60_000), ("0.5", 500),
        ("2d", 172_800_000), ("1m0s", 60_000), ("3ms", 3), ("1.123456s", 1123),
        ("9999999d9999999d9999999d", 2_591_999_740_800_000),
    ])
    func `a time until a reset`(text: String, milliseconds: Int) {
        #expect(ResetDuration.read(text.utf8Span.span) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "1x", "1s2", "-1s", "1.s.", "12345678s", "999999999999999999999999", "1 s", "m",
        "1111111111111111111111111",
    ])
    func `what is no time is none`(text: String) {
        #expect(ResetDuration.read(text.utf8Span.span) == nil)
    }

    @Test(arguments: ["", "-1", "1.5", "many", "1234567890123456", "1 2"])
    func `what is no number tells of no quota`(value: String) {
        #expect(quota([("x-ratelimit-remaining-requests", value)]) == [nil, nil, nil, nil])
    }
}
