import ArgumentParser

/// `lockkeeper configurations`.
struct ConfigurationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configurations",
        abstract: "Access key configurations: what keys may reach, and by which provider keys.",
        subcommands: [
            ConfigurationsCreateCommand.self, ConfigurationsListCommand.self,
            ConfigurationsGetCommand.self, ConfigurationsUpdateCommand.self,
            ConfigurationsDeleteCommand.self,
        ]
    )
}
