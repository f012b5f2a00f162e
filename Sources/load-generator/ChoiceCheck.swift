import ArgumentParser
import Model
import Routing

/// The command `choice-check`: what an expression over the candidates of a request costs.
struct ChoiceCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time to choose among so many candidates by a selection expression."
    )

    @Argument(help: "The expression.") var expression: String
    @Option(help: "How many candidates there are.") var models = 500
    @Option(help: "How many requests are timed.") var checks = 2_000

    func validate() throws {
        guard models > 0, checks > 9 else {
            throw ValidationError("--models must be at least 1, --checks 10")
        }
    }

    func run() throws {
        let catalog = try catalog()
        let table = RouteTable(
            providers: ProviderTable(),
            catalog: catalog,
            ownKeys: Self.providers.map { id in
                OwnKey(id: ProviderKeyID(id), provider: ProviderID(id), secret: Secret(id))
            },
            isChosenFrom: true
        )
        let candidates = try catalog.models.flatMap { model in
            try table.resolve(model: model.id, for: Operation.chatCompletions).candidates
        }
        let facts = ChoiceFacts(
            routes: table,
            keys: KeyChoice(table),
            traits: RequestTraits(path: "/v1/chat/completions"),
            caller: ChoiceFacts.Caller(account: .standard),
            gateway: GatewayID("ep_main"),
            metrics: MetricsView(report(of: candidates)),
            moment: Timestamp(unixSecond: 1_800_000_000),
            seed: 1
        )
        let selection = try ModelSelection([expression])
        var left = 0
        var rounds: [Int] = []
        for _ in 0..<10 {
            let start = monotonicNanoseconds()
            for _ in 0..<checks / 10 {
                left = try selection.choose(among: candidates, .asChosen, by: facts)
                    .candidates.count
            }
            rounds.append((monotonicNanoseconds() - start) / (checks / 10))
        }
        // The fastest round: the machine is shared, the work is not.
        writeLine(
            "{\"nanoseconds\":\(rounds.min() ?? 0),\"candidates\":\(candidates.count),\"left\":\(left)}"
        )
    }

    private static let providers = ["openai", "openrouter", "groq", "deepseek"]

    /// Models with names, prices and features as long as real ones.
    private func catalog() throws -> Catalog {
        try Catalog(
            models: (0..<models).map { number in
                var facts = ModelFacts()
                facts.displayName = "Some Model \(number) Instruct"
                facts.author = "maker-\(number % 20)"
                facts.maxContextWindow = 1000 * (number % 200 + 8)
                facts.supportedFeatures = ["structured-output", "tool-calling"]
                facts.pricing = Pricing(
                    TokenRates(
                        input: TokenPrice(picoDollars: Int64(number * 7919 % 5000) * 1000),
                        output: TokenPrice(picoDollars: Int64(number * 104_729 % 20_000) * 1000)
                    )
                )
                let name = "some-model-of-\(number % 7).\(number)-instruct"
                let provider = ProviderID(Self.providers[number % Self.providers.count])
                return CatalogModel(
                    id: name,
                    facts: facts,
                    offers: [CatalogOffer(provider: provider, model: name, facts: facts)]
                )
            }
        )
    }

    /// Live metrics of half of them.
    private func report(of candidates: [Candidate]) -> MetricsReport {
        MetricsReport(
            candidates.enumerated().filter { $0.offset % 2 == 0 }.map { place, candidate in
                var summary = MetricsSummary()
                summary.requestCount = 100
                summary.errors.total = Double(place % 40) / 1000
                summary.upstream.average = Double(place)
                return MetricsReport.Entry(
                    MetricsSubject(model: candidate.displayName, scope: .global),
                    summary
                )
            }
        )
    }
}
