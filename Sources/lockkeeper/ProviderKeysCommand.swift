import ArgumentParser

/// `lockkeeper provider-keys`.
struct ProviderKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider-keys",
        abstract: "Provider keys: an account's own credentials for providers.",
        subcommands: [
            ProviderKeysAddCommand.self, ProviderKeysListCommand.self,
            ProviderKeysGetCommand.self, ProviderKeysUpdateCommand.self,
            ProviderKeysRotateCommand.self, ProviderKeysDeleteCommand.self,
        ]
    )
}
