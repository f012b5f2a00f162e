import ArgumentParser

/// `lockkeeper management-keys update`.
struct ManagementKeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a management key; what is left out stays as it is.",
        discussion: "What it may do can't be changed: make another key."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    @Option(help: Expiry.help)
    var expires: Expiry?

    @Flag(help: "Refuse it, or accept it again.")
    var state: KeysUpdateCommand.State?

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .managementKeys, id) { writer in
            try record.write(into: &writer)
            expires?.write(into: &writer)
            state?.write(into: &writer)
        }
        try door.showManagementKey(answer, asJSON: common.json)
    }
}
