import ArgumentParser

/// `lockkeeper keys`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Access keys: what client applications send.",
        subcommands: [
            KeysCreateCommand.self, KeysListCommand.self, KeysGetCommand.self,
            KeysUpdateCommand.self, KeysDeleteCommand.self,
        ]
    )
}
