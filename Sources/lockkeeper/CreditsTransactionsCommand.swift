import ArgumentParser
import JSON
import Ledger
import Model

/// `lockkeeper credits transactions`.
struct CreditsTransactionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions",
        abstract: "List grants, and what was spent and expired, a line a day; the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    @Option(help: "How many.")
    var limit = 20

    func validate() throws {
        guard (1...10_000).contains(limit) else {
            throw ValidationError("--limit is from 1 to 10000")
        }
    }

    func run() throws {
        let owner = account.map { AccountID($0) }
        let lines = try common.ledger()?.transactions(of: owner, limit: limit) ?? []
        Output.show(lines.map(TransactionResource.init), asJSON: common.json)
    }
}

/// A line of a statement of account as it is shown.
private struct TransactionResource: Resource {
    private let line: Transaction

    init(_ line: Transaction) { self.line = line }

    static let columns = ["DATE", "ACCOUNT", "TYPE", "AMOUNT", "DETAILS"]

    var row: [String] {
        let date = "\(CalendarDay(of: line.moment))"
        return [date, line.account.rawValue, type, amount, text]
    }

    var details: [(title: String, text: String)] {
        zip(Self.columns, row).map { ($0.lowercased(), $1) }
    }

    private var type: String {
        switch line.kind {
        case .grant: "credits"
        case .spendings(.settlement, _): "usage"
        case .spendings(.expiry, _): "expiry"
        case .spendings(.overrun, _): "overrun"
        }
    }

    /// What the balance changes by: an overrun is paid by nobody.
    private var amount: String {
        switch line.kind {
        case .grant: "+\(line.amount)"
        case .spendings(.settlement, _), .spendings(.expiry, _): "-\(line.amount)"
        case .spendings(.overrun, _): "(\(line.amount))"
        }
    }

    private var text: String {
        switch line.kind {
        case .grant(let number, let category, let end):
            "grant \(number), \(category), expires \(end)"
        case .spendings(.settlement, let count): "\(count) settlements"
        case .spendings(.expiry, let count): "\(count) grants"
        case .spendings(.overrun, let count): "\(count) attempts beyond the balance"
        }
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", type)
        writer.member("account", line.account.rawValue)
        writer.member("amount", line.amount)
        writer.member("currency", "USD")
        writer.member("amountCents", line.amount.cents)
        switch line.kind {
        case .grant(let number, let category, let end):
            writer.member("grant", Int(number))
            writer.member("category", category)
            writer.member("createdAt", line.moment.description)
            writer.member("expiresAt", end.description)
        case .spendings(_, let count):
            writer.member("count", count)
            writer.member("periodStart", line.moment.description)
            let end = Timestamp(milliseconds: line.moment.milliseconds + 86_400_000)
            writer.member("periodEnd", end.description)
        }
        writer.endObject()
    }
}
