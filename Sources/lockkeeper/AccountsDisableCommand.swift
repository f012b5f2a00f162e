import ArgumentParser

/// `lockkeeper accounts disable`.
struct AccountsDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Refuse an account's access keys from the next request on.",
        discussion: "`lockkeeper accounts update ID --enabled` accepts them again."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The account's id.")
    var id: String

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .accounts, id) { writer in
            KeysUpdateCommand.State.disabled.write(into: &writer)
        }
        try door.showAccount(answer, asJSON: common.json)
    }
}
