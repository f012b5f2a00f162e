import ArgumentParser

/// `lockkeeper configurations delete`.
struct ConfigurationsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an access key configuration that no access key uses."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The configuration's id, aigac_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .configurations, id)
        if !common.json { print("deleted \(id)") }
    }
}
