import ArgumentParser
import Model
import Routing

/// The command `metrics-check`: what live metrics cost, without a network.
struct MetricsCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time to note an attempt, to count it, to report and to look a model up."
    )

    @Option(help: "How many models are measured.") var models = 500
    @Option(help: "How many attempts are timed.") var checks = 1_000_000

    func validate() throws {
        guard models > 0, checks > 0 else {
            throw ValidationError("--models and --checks must be at least 1")
        }
    }

    func run() throws {
        let candidates = try candidates()
        let samples = candidates.map { sample(of: $0, at: .now) }
        let recorder = MetricsRecorder()
        let start = ContinuousClock.now
        var window = MetricsWindow(startingAt: start)
        var noting = 0
        var counting = 0
        var count = 0
        let now = start + .seconds(1)
        while count < checks {
            var begin = monotonicNanoseconds()
            while !recorder.isFull {
                recorder.note(samples[count % samples.count])
                count += 1
            }
            let batch = recorder.take() ?? []
            noting += monotonicNanoseconds() - begin
            begin = monotonicNanoseconds()
            window.add(batch, at: now)
            counting += monotonicNanoseconds() - begin
            recorder.batchArrived()
        }
        let reporting = fastest(of: 10) { _ = window.report(at: now) }
        let report = window.report(at: now)
        let viewing = fastest(of: 10) { _ = MetricsView(report) }
        let view = MetricsView(report)
        let measured = candidates.map(\.measured)
        var found = 0
        let looking = fastest(of: 100) {
            for model in measured where view.summary(of: model).errors.total == 0 { found += 1 }
        }
        guard found > 0 else { fatalError("a model was not found") }
        writeLine(
            "{\"note_ns\":\(noting / count),\"count_ns\":\(counting / count),"
                + "\"series\":\(window.seriesCount),\"report_us\":\(reporting / 1000),"
                + "\"view_us\":\(viewing / 1000),\"look_up_ns\":\(looking / measured.count)}"
        )
    }

    private func candidates() throws -> [Candidate] {
        let table = RouteTable(
            providers: ProviderTable(),
            catalog: try Catalog(
                models: (0..<models).map { number in
                    let name = "some-model-of-\(number % 7).\(number)-instruct"
                    let offer = CatalogOffer(provider: ProviderID("openai"), model: name)
                    return CatalogModel(id: name, offers: [offer])
                }
            ),
            ownKeys: [
                OwnKey(
                    id: ProviderKeyID("aigpk_0VbaVrRTi0QL0s2nyS0sBJco"),
                    provider: ProviderID("openai"),
                    secret: Secret("secret")
                )
            ]
        )
        return try table.models.flatMap { model in
            try table.resolve(model: model.id, for: Operation.chatCompletions).candidates
        }
    }

    private func sample(
        of candidate: Candidate,
        at now: ContinuousClock.Instant
    ) -> AttemptSample {
        var sample = AttemptSample(
            of: candidate,
            at: ProviderID("openai"),
            with: .own(ProviderKeyID("aigpk_0VbaVrRTi0QL0s2nyS0sBJco")),
            account: .standard,
            gateway: GatewayID("ep_main"),
            start: now - .milliseconds(800),
            end: now,
            outcome: .status(200)
        )
        sample.arrival = now - .milliseconds(801)
        sample.content = now - .milliseconds(500)
        sample.isStream = true
        sample.usage = Usage(input: 100, output: 40)
        return sample
    }

    private func fastest(of rounds: Int, _ work: () -> Void) -> Int {
        (0..<rounds).map { _ in
            let start = monotonicNanoseconds()
            work()
            return monotonicNanoseconds() - start
        }
        .min() ?? 0
    }
}
