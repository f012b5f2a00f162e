import Accounting
import ArgumentParser
import JSON
import Ledger
import Model
import Platform

/// `lockkeeper credits balance`.
struct CreditsBalanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Show what accounts have, what requests under way hold, and the grants behind it."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "One account, with its grants.")
    var account: String?

    func run() throws {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        let owner = account.map { AccountID($0) }
        let balances = try common.ledger()?.balances(of: owner, at: now) ?? []
        guard let owner else {
            return Output.show(balances.map(BalanceResource.init), asJSON: common.json)
        }
        let balance = balances.first ?? AccountBalance(of: owner)
        Output.show(BalanceResource(balance), asJSON: common.json)
    }
}

/// An account's money as it is shown.
private struct BalanceResource: Resource {
    private let balance: AccountBalance

    init(_ balance: AccountBalance) { self.balance = balance }

    static let columns = ["ACCOUNT", "BALANCE", "HELD", "AVAILABLE", "GRANTS", "NEXT EXPIRY"]

    var row: [String] {
        [
            balance.account.rawValue, balance.balance.description, balance.held.description,
            balance.available.description, "\(balance.grants.count)",
            balance.grants.first?.expiresAt.description ?? "",
        ]
    }

    var details: [(title: String, text: String)] {
        let amounts = [
            ("account", balance.account.rawValue), ("balance", "\(balance.balance) dollars"),
            ("held", "\(balance.held) dollars"), ("available", "\(balance.available) dollars"),
        ]
        let grants = balance.grants.map { grant in
            (
                "grant \(grant.id.number)",
                "\(grant.remaining) of \(grant.amount) left, \(grant.category.rawValue), "
                    + "expires \(grant.expiresAt)"
            )
        }
        return amounts + grants
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("account", balance.account.rawValue)
        writer.member("balance", balance.balance)
        writer.member("held", balance.held)
        writer.member("available", balance.available)
        writer.member("currency", "USD")
        writer.member("balanceCents", balance.balance.cents)
        writer.key("grants")
        writer.beginArray()
        for grant in balance.grants {
            writer.beginObject()
            writer.member("id", Int(grant.id.number))
            writer.member("category", grant.category.rawValue)
            writer.member("amount", grant.amount)
            writer.member("remaining", grant.remaining)
            writer.member("held", grant.held)
            writer.member("createdAt", grant.createdAt.description)
            writer.member("expiresAt", grant.expiresAt.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
