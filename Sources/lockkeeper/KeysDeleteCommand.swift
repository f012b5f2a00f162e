import ArgumentParser

/// `lockkeeper keys delete`.
struct KeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an access key for good; the next request with it is refused."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigk_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .accessKeys, id)
        if !common.json { print("deleted \(id)") }
    }
}
