import ArgumentParser

/// `lockkeeper virtual-models delete`.
struct VirtualModelsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a virtual model of an account."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The virtual model's id, aigvm_...")
    var id: String

    func run() throws {
        _ = try ControlDoor(common).ask("DELETE", .virtualModels, id)
        if !common.json { print("deleted \(id)") }
    }
}
