import ArgumentParser

/// `lockkeeper provider-keys update`.
struct ProviderKeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change what is said about a provider key; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .providerKeys, id) { try record.write(into: &$0) }
        try door.showProviderKey(answer, asJSON: common.json)
    }
}
