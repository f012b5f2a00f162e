import Access
import ArgumentParser
import Model

/// The command `key-check`: what the gateway's look-up of a key costs, without a network.
struct KeyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time to find, hash and compare an access key among so many."
    )

    @Option(help: "How many keys the table holds.") var keys = 1000
    @Option(help: "How many checks are timed.") var checks = 1_000_000

    func validate() throws {
        guard keys > 0, checks > 0 else {
            throw ValidationError("--keys and --checks must be at least 1")
        }
    }

    func run() throws {
        var random = SystemRandomNumberGenerator()
        let tokens = (0..<keys).map { _ in TokenFormat.standard.generate(using: &random) }
        let table = KeyTable.build(
            from: tokens.enumerated().map { index, token in
                AccessKeyRecord(
                    of: token,
                    id: AccessKeyID("aigk_\(index)"),
                    accountID: AccountID("default"),
                    createdAt: Timestamp(unixSecond: 0),
                    createdBy: "load-generator"
                )
            }
        )
        // Not in the order of the rows: no request comes so.
        let texts = tokens.shuffled().map { Array($0.text.exposed.utf8) }
        var rounds: [Int] = []
        for _ in 0..<10 {
            rounds.append(time(table, texts, count: max(1, checks / 10)))
        }
        // The fastest round: the machine is shared, the work is not.
        writeLine("{\"nanoseconds\":\(rounds.min() ?? 0)}")
    }

    /// The time of one check, keys taken in turn.
    private func time(_ table: KeyTable, _ texts: [[UInt8]], count: Int) -> Int {
        let start = monotonicNanoseconds()
        for index in 0..<count {
            let text = texts[index % texts.count]
            guard case .found = table.find(text.span, atUnixSecond: 1) else {
                fatalError("a key of the table was not found")
            }
        }
        return (monotonicNanoseconds() - start) / count
    }
}
