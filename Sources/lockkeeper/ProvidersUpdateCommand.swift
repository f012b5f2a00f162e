import ArgumentParser

/// `lockkeeper providers update`.
struct ProvidersUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a provider of an account; what is left out stays as it is.",
        discussion: "Its models are replaced as a whole; an empty list clears them."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var input: ProviderInput

    @Argument(help: "The provider's id, aigp_...")
    var id: String

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .providers, id) { try input.write(into: &$0) }
        try door.showProvider(answer, asJSON: common.json)
    }
}
