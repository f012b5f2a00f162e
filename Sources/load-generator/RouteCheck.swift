import ArgumentParser
import Model
import Routing

/// The command `route-check`: what finding the candidates of a model's name costs, without a network.
struct RouteCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time to find a model by its plain name among so many."
    )

    @Option(help: "How many models the catalog has.") var models = 500
    @Option(help: "How many look-ups are timed.") var checks = 1_000_000

    func validate() throws {
        guard models > 0, checks > 0 else {
            throw ValidationError("--models and --checks must be at least 1")
        }
    }

    func run() throws {
        let names = (0..<models).map { "some-model-of-\($0 % 7).\($0)-instruct" }
        let catalog = try Catalog(
            models: names.map { name in
                CatalogModel(
                    id: name,
                    aliases: [name + "-latest"],
                    offers: [
                        CatalogOffer(provider: ProviderID("openai"), model: name),
                        CatalogOffer(provider: ProviderID("openrouter"), model: "maker/" + name),
                    ]
                )
            }
        )
        let table = RouteTable(
            providers: ProviderTable(),
            catalog: catalog,
            ownKeys: ["openai", "openrouter"].map { id in
                OwnKey(id: ProviderKeyID(id), provider: ProviderID(id), secret: Secret(id))
            }
        )
        var rounds: [Int] = []
        for _ in 0..<10 { rounds.append(try time(table, names, count: max(1, checks / 10))) }
        // The fastest round: the machine is shared, the work is not.
        writeLine("{\"nanoseconds\":\(rounds.min() ?? 0)}")
    }

    /// The time of one look-up, names taken in turn.
    private func time(_ table: RouteTable, _ names: [String], count: Int) throws -> Int {
        let start = monotonicNanoseconds()
        for index in 0..<count {
            let name = names[index % names.count]
            let found = try table.resolve(model: name, for: Operation.chatCompletions)
            guard found.candidates.count == 2 else { fatalError("a model was not found") }
        }
        return (monotonicNanoseconds() - start) / count
    }
}
