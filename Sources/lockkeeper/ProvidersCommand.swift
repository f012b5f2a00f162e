import ArgumentParser

/// `lockkeeper providers`.
struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "Providers that accounts add for themselves, beside those of gateway.yaml.",
        subcommands: [
            ProvidersCreateCommand.self, ProvidersListCommand.self, ProvidersGetCommand.self,
            ProvidersUpdateCommand.self, ProvidersDeleteCommand.self,
        ]
    )
}
