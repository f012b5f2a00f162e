import Model
import Testing

@testable import Routing

@Suite struct `The metrics of the last fifteen minutes` {
    private let start = ContinuousClock.now
    private let model = MeasuredModel("p:m")

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// An attempt that ended so many seconds after the start.
    private func sample(
        _ end: Double = 0,
        _ outcome: AttemptOutcome = .status(200),
        took: Duration = .milliseconds(100),
        model: String = "m",
        isKnown: Bool = true,
        key: Credential.Source = .own(ProviderKeyID("k")),
        account: String = "default",
        gateway: String = "ep",
        _ change: (inout AttemptSample) -> Void = { _ in }
    ) -> AttemptSample {
        let candidate = Candidate(
            providerIndex: 0,
            model: model,
            displayName: "p:\(model)",
            offer: isKnown ? 0 : nil
        )
        var sample = AttemptSample(
            of: candidate,
            at: ProviderID("p"),
            with: key,
            account: AccountID(account),
            gateway: GatewayID(gateway),
            start: after(end) - took,
            end: after(end),
            outcome: outcome
        )
        change(&sample)
        return sample
    }

    private func view(
        _ samples: [AttemptSample],
        at seconds: Double = 0
    ) -> MetricsView {
        var window = MetricsWindow(startingAt: start)
        for sample in samples { window.add([sample], at: max(sample.end, start)) }
        return MetricsView(window.report(at: after(seconds)))
    }

    private func scope(_ scope: MetricsSubject.Scope) -> MeasuredScope { MeasuredScope(scope) }

    // MARK: What counts as what

    @Test(arguments: [
        (AttemptOutcome.status(200), [0, 0, 0, 0]), (.status(101), [0, 0, 0, 0]),
        (.status(429), [0, 1, 0, 0]), (.status(400), [0, 0, 1, 0]), (.status(401), [0, 0, 1, 0]),
        (.status(404), [0, 0, 1, 0]), (.status(302), [0, 0, 0, 1]), (.status(500), [0, 0, 0, 1]),
        (.status(503), [0, 0, 0, 1]), (.resolveFailed, [0, 0, 0, 1]),
        (.addressRefused, [0, 0, 0, 1]), (.connectFailed, [0, 0, 0, 1]),
        (.connectTimedOut, [1, 0, 0, 0]), (.tlsFailed, [0, 0, 0, 1]),
        (.connectionLost, [0, 0, 0, 1]), (.malformedAnswer, [0, 0, 0, 1]),
        (.firstByteTimedOut, [1, 0, 0, 0]), (.firstContentTimedOut, [1, 0, 0, 0]),
        (.attemptTimedOut, [1, 0, 0, 0]), (.streamFailed, [0, 0, 0, 1]),
        (.streamEnded, [0, 0, 0, 1]), (.streamStalled, [1, 0, 0, 0]), (.notStreamed, [0, 0, 0, 1]),
        (.answerFailed, [0, 0, 0, 1]), (.superseded, [0, 0, 0, 0]),
    ])
    func `each outcome is an error of one kind, or none`(outcome: AttemptOutcome, kinds: [Double]) {
        let summary = view([sample(0, outcome)]).summary(of: model)
        let errors = summary.errors
        #expect(summary.requestCount == 1)
        #expect([errors.timeout, errors.rateLimit, errors.client, errors.server] == kinds)
        #expect(errors.total == kinds.reduce(0, +))
    }

    @Test(arguments: [AttemptOutcome.clientLeft, .totalTimedOut])
    func `what somebody else ended counts only with content`(outcome: AttemptOutcome) {
        let without = view([sample(0, outcome), sample()]).summary(of: model)
        #expect(without.requestCount == 1)
        let content = view([sample(0, outcome) { $0.content = start - .milliseconds(60) }])
            .summary(of: model)
        #expect(content.requestCount == 1)
        #expect(content.errors.total == 0)
        #expect(content.timeToFirstToken.average == 40)
        #expect(content.upstream == Timing())
    }

    @Test func `shares of errors are of all attempts`() {
        let ends: [AttemptOutcome] = [
            .status(200), .status(429), .status(500), .status(200), .attemptTimedOut,
            .connectFailed, .status(200), .status(200), .status(400), .status(200),
        ]
        let errors = view(ends.map { sample(0, $0) }).summary(of: model).errors
        #expect(errors.total == 0.5)
        #expect(errors.server == 0.2)
        #expect(errors.rateLimit == 0.1 && errors.client == 0.1 && errors.timeout == 0.1)
    }

    // MARK: Times

    @Test func `times are those of attempts that served`() {
        let stream = sample(0, took: .milliseconds(1000)) {
            $0.arrival = $0.start - .milliseconds(2)
            $0.isStream = true
            $0.content = $0.start + .milliseconds(200)
            $0.usage = Usage(input: 7, output: 80, cacheRead: 5, cacheWrite: 3, reasoning: 20)
        }
        let failed = sample(0, .status(500), took: .seconds(9))
        let summary = view([stream, failed, sample(0, took: .milliseconds(500))]).summary(of: model)
        #expect(summary.gateway.average == 2)
        #expect(summary.upstream.average == 750)
        #expect(summary.timeToFirstToken.average == 200)
        #expect(summary.timePerOutputToken.average == 10)
        #expect(summary.tokens.input == 7 && summary.tokens.output == 80)
        #expect(summary.tokens.cacheRead == 5 && summary.tokens.cacheWrite == 3)
        #expect(summary.tokens.reasoning == 20)
    }

    @Test(arguments: [AttemptOutcome.firstContentTimedOut, .superseded])
    func `a stream that was given up took at least so long`(outcome: AttemptOutcome) {
        let slow = sample(0, outcome, took: .seconds(3)) { $0.isStream = true }
        #expect(view([slow]).summary(of: model).timeToFirstToken.average == 3000)
        #expect(
            view([sample(0, outcome, took: .seconds(3))]).summary(of: model).timeToFirstToken
                == Timing()
        )
    }

    @Test func `a percentile is told within an eighth`() {
        var random = SystemRandomNumberGenerator()
        for top in [50, 900, 40_000, 2_000_000, 700_000_000] {
            let times = (0..<1000).map { _ in Int.random(in: 0...top, using: &random) }
            let timing = view(times.map { sample(0, took: .microseconds($0)) })
                .summary(of: model).upstream
            let exact = Double(times.sorted()[949]) / 1000
            // Below 64 microseconds buckets are 16 wide.
            #expect(abs(timing.p95 - exact) <= max(exact / 8, 0.008))
            let mean = Double(times.reduce(0, +)) / 1_000_000
            #expect(abs(timing.average - mean) < 0.001)
        }
    }

    @Test func `times out of all bounds count as long ones`() {
        let summary = view([sample(0, took: .seconds(1 << 40)), sample(0, took: .seconds(-5))])
            .summary(of: model)
        #expect(summary.upstream.p95 > 600_000)
    }

    // MARK: Scopes

    @Test func `each scope counts its own`() {
        let view = view([
            sample(), sample(account: "b"), sample(gateway: "ep2"),
            sample(key: .managed(1)), sample(key: .nobody), sample(model: "n"),
        ])
        #expect(view.summary(of: model).requestCount == 5)
        #expect(view.summary(of: model, in: scope(.account(.standard))).requestCount == 4)
        #expect(view.summary(of: model, in: scope(.account(AccountID("b")))).requestCount == 1)
        #expect(view.summary(of: model, in: scope(.gateway(GatewayID("ep")))).requestCount == 4)
        #expect(view.summary(ofKey: scope(.key("k")), with: model).requestCount == 3)
        #expect(view.summary(ofKey: scope(.key("k"))).requestCount == 4)
        #expect(view.summary(ofKey: scope(.key("managed:p:1"))).requestCount == 1)
    }

    @Test func `the quota told last counts, for the key alone`() {
        let told = { (requests: Int, end: Double) in
            sample(end, .status(429), model: "m\(requests)") {
                $0.quota = ToldQuota(self.quota(requests: requests), at: $0.end)
            }
        }
        let view = view([told(5, 2), told(9, 1), sample(3, .clientLeft)], at: 3)
        #expect(view.summary(ofKey: scope(.key("k"))).quota.remainingRequests == 5)
        #expect(view.summary(ofKey: scope(.key("k"))).quota.limitTokens == nil)
        let other = view.summary(ofKey: scope(.key("k")), with: MeasuredModel("p:m9"))
        #expect(other.quota.remainingRequests == 9)
        #expect(view.summary(of: MeasuredModel("p:m5")).quota.isUnknown)
    }

    private func quota(requests: Int, of limit: Int? = nil) -> KeyQuota {
        var quota = KeyQuota()
        quota.remainingRequests = requests
        quota.limitRequests = limit
        quota.remainingTokens = 7
        return quota
    }

    @Test(arguments: [60, nil])
    func `a limit that was reset is whole again`(limit: Int?) {
        let told = ToldQuota(
            quota(requests: 2, of: limit),
            at: start,
            requestsReset: after(20),
            tokensReset: after(90)
        )
        var window = MetricsWindow(startingAt: start)
        window.add([sample(5) { $0.quota = told }], at: after(5))
        let remaining = { (window: inout MetricsWindow, seconds: Double) in
            MetricsView(window.report(at: after(seconds)))
                .summary(ofKey: scope(.key("k"))).quota.remainingRequests
        }
        #expect(remaining(&window, 19) == 2)
        #expect(window.nextChange(after: after(19)) == after(20))
        #expect(remaining(&window, 20) == limit)
        #expect(window.nextChange(after: after(20)) == after(60))
        #expect(window.nextChange(after: after(61)) == after(90))
        #expect(told.left(at: after(89)).remainingTokens == 7)
        #expect(told.left(at: after(90)).remainingTokens == nil)
    }

    @Test func `a long answer does not tell what its head said once more`() {
        let long = sample(500) { $0.quota = ToldQuota(quota(requests: 9), at: after(1)) }
        let later = sample(400) { $0.quota = ToldQuota(quota(requests: 3), at: after(400)) }
        let key = view([later, long], at: 500).summary(ofKey: scope(.key("k")))
        #expect(key.quota.remainingRequests == 3)
    }

    @Test(arguments: [(0, 0), (17, 17), (-4, 0), (Int.max, 4_294_967_294)])
    func `a quota is a number or nothing`(number: Int, kept: Int) {
        var quota = KeyQuota()
        quota.limitTokens = number
        #expect(quota.limitTokens == kept)
        #expect(quota.limitRequests == nil)
        quota.limitTokens = nil
        #expect(quota.isUnknown)
    }

    // MARK: Time goes by

    @Test func `what is older than fifteen minutes is forgotten, minute by minute`() {
        var window = MetricsWindow(startingAt: start)
        for minute in 0..<15 {
            let end = Double(minute) * 60 + 1
            let one = sample(end, took: .milliseconds(minute + 1)) { $0.usage = Usage(output: 1) }
            window.add([one], at: after(end))
        }
        let counts = (13..<31).map { minute in
            MetricsView(window.report(at: after(Double(minute) * 60 + 59)))
                .summary(of: model).requestCount
        }
        #expect(counts == [15, 15] + (0..<15).reversed().map { $0 } + [0])
        #expect(window.seriesCount == 0)
        #expect(window.nextChange(after: after(2000)) == nil)
    }

    @Test func `what is left counts as if the rest had never been`() {
        var window = MetricsWindow(startingAt: start)
        window.add((0..<50).map { _ in sample(5, .status(500), took: .seconds(9)) }, at: after(5))
        let late = [sample(700, took: .milliseconds(3)), sample(800, .status(429))]
        window.add(late, at: after(800))
        let slid = MetricsView(window.report(at: after(901))).summary(of: model)
        #expect(slid == view(late, at: 800).summary(of: model))
        #expect(window.nextChange(after: after(901)) == after(960))
    }

    @Test func `a loop that hands over late changes its own minute`() {
        var window = MetricsWindow(startingAt: start)
        window.add([sample(130), sample(10), sample(70), sample(125)], at: after(130))
        #expect(MetricsView(window.report(at: after(130))).summary(of: model).requestCount == 4)
        #expect(MetricsView(window.report(at: after(905))).summary(of: model).requestCount == 3)
        #expect(MetricsView(window.report(at: after(965))).summary(of: model).requestCount == 2)
        // One of before the window and one of the future.
        window.add([sample(1), sample(5000)], at: after(965))
        #expect(MetricsView(window.report(at: after(965))).summary(of: model).requestCount == 3)
    }

    @Test func `an old quota is forgotten`() {
        let told = sample(0, .clientLeft) {
            $0.quota = ToldQuota(quota(requests: 0), at: $0.end)
        }
        let key = scope(.key("k"))
        #expect(view([told], at: 899).summary(ofKey: key).quota.remainingRequests == 0)
        #expect(view([told], at: 961).summary(ofKey: key).quota.isUnknown)
    }

    // MARK: Bounds

    @Test func `names that clients think up drive out each other and no known model`() {
        var window = MetricsWindow(startingAt: start)
        window.add([sample(1), sample(1, model: "first", isKnown: false)], at: after(1))
        for number in 0..<2000 {
            window.add([sample(2, model: "x\(number)", isKnown: false)], at: after(2))
        }
        #expect(window.seriesCount == 1 + MetricsWindow.unknownSeriesLimit)
        let view = MetricsView(window.report(at: after(2)))
        #expect(view.summary(of: model).requestCount == 1)
        #expect(view.summary(of: MeasuredModel("p:first")).requestCount == 0)
        #expect(view.summary(of: MeasuredModel("p:x1999")).requestCount == 1)
    }

    @Test func `beyond the limit what was unused the longest is forgotten`() {
        var window = MetricsWindow(startingAt: start)
        for number in 0..<MetricsWindow.seriesLimit {
            window.add([sample(Double(number % 10), model: "x\(number)")], at: after(10))
        }
        window.add([sample(11, model: "x0"), sample(12, model: "new")], at: after(12))
        #expect(window.seriesCount == MetricsWindow.seriesLimit)
        let view = MetricsView(window.report(at: after(12)))
        #expect(view.summary(of: MeasuredModel("p:x0")).requestCount == 2)
        #expect(view.summary(of: MeasuredModel("p:x10")).requestCount == 0)
        #expect(view.summary(of: MeasuredModel("p:new")).requestCount == 1)
    }

    @Test func `a recorder hands over batches, and notes no more than it has room for`() throws {
        let recorder = MetricsRecorder()
        #expect(recorder.take() == nil)
        for _ in 0..<MetricsRecorder.room + 5 { recorder.note(sample()) }
        #expect(recorder.isFull)
        #expect(recorder.droppedCount == 5)
        #expect(try #require(recorder.take()).count == MetricsRecorder.room)
        #expect(recorder.isEmpty)
        for _ in 1..<MetricsRecorder.batchLimit {
            recorder.note(sample())
            #expect(recorder.take() != nil)
        }
        recorder.note(sample())
        #expect(recorder.take() == nil)
        recorder.batchArrived()
        #expect(recorder.take() != nil)
    }
}
