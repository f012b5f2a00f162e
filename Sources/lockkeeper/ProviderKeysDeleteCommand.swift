import ArgumentParser

/// `lockkeeper provider-keys delete`.
struct ProviderKeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a provider key for good."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .providerKeys, id)
        if !common.json { print("deleted \(id)") }
    }
}
