import ArgumentParser
import JSON
import Storage

/// `lockkeeper accounts create`.
struct AccountsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an account.",
        discussion: "Its keys work at the gateways whose `accounts` in gateway.yaml name it."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "Its id: 1 to 64 letters, digits, dots, underscores and hyphens.")
    var id: String

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .accounts) { writer in
            writer.member("id", id)
            try record.write(into: &writer)
        }
        try door.showAccount(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows an account that was made or changed.
    func showAccount(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .providerKeys).accountResource(answer.id)
        }
    }
}
