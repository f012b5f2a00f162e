import ArgumentParser

/// `lockkeeper management-keys`.
struct ManagementKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "management-keys",
        abstract: "Management keys: what opens the control plane and the dashboard.",
        subcommands: [
            ManagementKeysCreateCommand.self, ManagementKeysListCommand.self,
            ManagementKeysGetCommand.self, ManagementKeysUpdateCommand.self,
            ManagementKeysDeleteCommand.self,
        ]
    )
}
