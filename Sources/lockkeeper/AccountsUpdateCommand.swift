import ArgumentParser

/// `lockkeeper accounts update`.
struct AccountsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an account; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The account's id.")
    var id: String

    @Flag(help: "Refuse its access keys, or accept them again.")
    var state: KeysUpdateCommand.State?

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .accounts, id) { writer in
            try record.write(into: &writer)
            state?.write(into: &writer)
        }
        try door.showAccount(answer, asJSON: common.json)
    }
}
