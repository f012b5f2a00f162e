import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys list`.
struct ProviderKeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the provider keys, the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    @Option(help: "Those for one provider.")
    var provider: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try account.map { try session.account($0) }
        let uses = try session.lastUses()
        let keys = session.store.contents.providerKeys.values
            .filter { account == nil || $0.accountID == account }
            .filter { provider == nil || $0.providerID.rawValue == provider }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .map { ProviderKeyResource(record: $0, lastUsed: uses[$0.id.rawValue]) }
        Output.show(keys, asJSON: common.json)
    }
}
