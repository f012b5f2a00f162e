import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper providers list`.
struct ProvidersListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the providers that accounts added, the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try account.map { try session.account($0) }
        let providers = session.store.contents.customProviders.records.values
            .filter { account == nil || $0.accountID == account }
            .sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
        Output.show(providers.map(CustomProviderResource.init), asJSON: common.json)
    }
}
