import Access
import ArgumentParser
import Storage

/// `lockkeeper accounts list`.
struct AccountsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the accounts, the newest first.",
        discussion: "Those that gateway.yaml names are among them, with or without a record."
    )

    @OptionGroup var common: CommonOptions

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let accounts = session.configuration.allAccounts(session.store.contents.accounts)
        Output.show(
            accounts.map { AccountResource($0, at: session.configuration.gateways) },
            asJSON: common.json
        )
    }
}
