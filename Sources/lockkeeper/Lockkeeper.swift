import ArgumentParser

/// The command line: one file a command.
@main
struct Lockkeeper: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockkeeper",
        abstract: "An AI gateway behind nginx.",
        discussion: "Exit codes: 0 done, 1 refused with a reason, 64 usage.",
        subcommands: [
            ServeCommand.self, WorkerCommand.self, StatusCommand.self, ReloadCommand.self,
            InitCommand.self, CheckCommand.self, KeysCommand.self, ConfigurationsCommand.self,
            ProviderKeysCommand.self, ManagementKeysCommand.self, RekeyCommand.self,
            AccountsCommand.self,
            GatewayConfigCommand.self, ProvidersCommand.self, VirtualModelsCommand.self,
            CreditsCommand.self,
            UsageCommand.self, AuditCommand.self, TailCommand.self, TopCommand.self,
            GatewaysCommand.self,
            ModelsCommand.self, RouteCommand.self, EvalCommand.self, TokenizerCommand.self,
        ]
    )
}
