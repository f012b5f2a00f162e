import ArgumentParser
import Model
import Storage

/// `lockkeeper providers create`.
struct ProvidersCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Add a provider for one account.",
        discussion: """
            Models there are called `ID:model`. Its key is added by `lockkeeper provider-keys add`; \
            without one it is called without a credential.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var input: ProviderInput

    @Option(help: "What it is called in addresses of models; it stays what it is.")
    var providerId: String?

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .providers) { writer in
            try input.write(into: &writer, id: providerId)
            writer.account(account)
        }
        try door.showProvider(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows a provider of an account that was made or changed.
    func showProvider(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .providerKeys).customProvider(answer.id)
        }
    }
}
