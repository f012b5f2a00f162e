import ArgumentParser

/// `lockkeeper management-keys delete`.
struct ManagementKeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a management key for good; the next request with it is refused."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .managementKeys, id)
        if !common.json { print("deleted \(id)") }
    }
}
