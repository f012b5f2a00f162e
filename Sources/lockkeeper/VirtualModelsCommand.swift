import ArgumentParser

/// `lockkeeper virtual-models`.
struct VirtualModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "virtual-models",
        abstract: "Names that accounts give to ordered lists of models.",
        subcommands: [
            VirtualModelsCreateCommand.self, VirtualModelsListCommand.self,
            VirtualModelsGetCommand.self, VirtualModelsUpdateCommand.self,
            VirtualModelsDeleteCommand.self,
        ]
    )
}
