import ArgumentParser

/// `lockkeeper accounts`.
struct AccountsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Accounts: tenants, each with keys, configurations and credits of its own.",
        subcommands: [
            AccountsCreateCommand.self, AccountsListCommand.self, AccountsGetCommand.self,
            AccountsUpdateCommand.self, AccountsDisableCommand.self,
        ]
    )
}
