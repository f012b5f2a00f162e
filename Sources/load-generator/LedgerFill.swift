import Accounting
import ArgumentParser
import Ledger
import Model
import Platform

/// The command `ledger-fill`: a ledger as it is after so many requests, for whoever reads it.
struct LedgerFill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a ledger of so many settlements with usage events, over so many days."
    )

    @Option(help: "Where the ledger is made.") var path: String
    @Option(help: "How many settlements it has.") var events = 10_000_000
    @Option(help: "The days that they are spread over, the last of which is today.") var days = 90
    @Option(help: "How many keys the requests have.") var keys = 50
    @Option(help: "How many models they ask for.") var models = 20

    /// What is written in one transaction; the books are sealed as a worker does it.
    private static let batch = 5000
    private static let sealed = 20_000

    func validate() throws {
        guard events > 0, days > 0, keys > 0, models > 0 else {
            throw ValidationError("--events, --days, --keys and --models must be at least 1")
        }
    }

    func run() throws {
        let ledger = try LedgerDatabase(path, sync: .normal, instance: "fill")
        let end = WallClock.milliseconds()
        let length = Int64(days) * 86_400_000
        let start = end - length
        _ = try ledger.grant(
            NanoDollars(.max / 4),
            .promotional,
            to: .standard,
            key: nil,
            at: Timestamp(milliseconds: start),
            expiringAt: Timestamp(milliseconds: end + length)
        )
        var traffic = LedgerTraffic(keys: keys, models: models)
        traffic.begin(from: try ledger.contents { _ in false })
        var records: [LedgerRecord] = []
        for number in 1...events {
            let part = length * Int64(number) / Int64(events)
            let moment = Timestamp(milliseconds: start + part)
            let (hold, begin) = traffic.begin(at: moment)
            records += begin + traffic.end(hold, at: moment)
            if number % Self.batch == 0 || number == events {
                try ledger.write(records)
                records.removeAll(keepingCapacity: true)
            }
            if number % Self.sealed == 0 { try ledger.seal(at: moment) }
        }
        writeLine("{\"events\":\(events)}")
    }
}
