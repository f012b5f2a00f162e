import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper virtual-models list`.
struct VirtualModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the virtual models of accounts, the newest first.",
        discussion: "Those of gateway.yaml are shown by `lockkeeper models`."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try account.map { try session.account($0) }
        let models = session.store.contents.customProviders.virtualModels.values
            .filter { account == nil || $0.accountID == account }
            .sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
        Output.show(models.map(VirtualModelResource.init), asJSON: common.json)
    }
}
