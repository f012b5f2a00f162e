import ControlPlane
import Accounting
import ArgumentParser
import Model
import Platform
import Server
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
        let session = try StoreSession(common, .nothing)
        let account = try session.account(account)
        let amount = amount.amount
        guard amount > .zero else { throw Refused("the amount must be more than 0") }
        guard category != .purchase || amount >= Limits.leastPurchase else {
            throw Refused("a purchase is of \(Limits.leastPurchase) dollars at least")
        }
        let configuration = session.configuration
        guard configuration.credits.mode != .off else {
            throw Refused("there is no ledger: credits.mode is off in \(configuration.path)")
        }
        let answer = try CreditDesk.grant(
            GrantOrder(of: amount, category, to: account, key: idempotencyKey),
            in: try StateDirectory(configuration.state),
            sync: configuration.ledger.sync,
            at: session.now
        )
        switch answer {
        case .given(let grant):
            Output.show(GrantResource(account: account, grant: grant), asJSON: common.json)
        case .keyReused, .refused: throw Refused(answer.refusal ?? "")
        }
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
