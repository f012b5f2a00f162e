import Accounting
import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper credits add`.
struct CreditsAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Give money to an account; it can be spent for \(Limits.grantDays) days."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The account it is for.")
    var account = AccountID.standard.rawValue

    @Option(help: "Dollars, such as 5.00.")
    var amount: Dollars

    @Option(help: "Where it comes from: purchase (5.00 at least) or promotional.")
    var category: Grant.Category

    @Option(
        help: "A text of this grant alone: the same command with the same key gives nothing more."
    )
    var idempotencyKey: String

    func validate() throws {
        let length = idempotencyKey.utf8.count
        guard (1...Limits.idempotencyKeyBytes).contains(length) else {
            throw ValidationError(
                "--idempotency-key must have 1 to \(Limits.idempotencyKeyBytes) bytes"
            )
        }
    }

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .grants, idempotencyKey: idempotencyKey) { writer in
            writer.account(account)
            writer.member("amount", amount.amount.description)
            writer.member("category", category.rawValue)
        }
        try answer.show(asJSON: common.json) { GrantResource(answer) }
    }
}

extension Grant.Category: ExpressibleByArgument {}

/// An amount as the command line says it.
struct Dollars: ExpressibleByArgument {
    let amount: NanoDollars

    init?(argument: String) {
        do throws(NanoDollars.Problem) {
            amount = try NanoDollars(dollars: argument)
        } catch {
            return nil
        }
    }
}
