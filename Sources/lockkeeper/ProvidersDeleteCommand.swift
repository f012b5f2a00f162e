import ArgumentParser

/// `lockkeeper providers delete`.
struct ProvidersDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a provider of an account that nothing refers to."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The provider's id, aigp_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .providers, id)
        if !common.json { print("deleted \(id)") }
    }
}
