import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper management-keys list`.
struct ManagementKeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the management keys, the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try account.map { try session.account($0) }
        let uses = try session.lastUses()
        let now = session.now
        let keys = session.store.contents.managementKeys.records.values
            .filter { account == nil || $0.accountID == account }
            .sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
        let resources = keys.map { key in
            ManagementKeyResource(record: key, lastUsed: uses[key.id.rawValue], now: now)
        }
        Output.show(resources, asJSON: common.json)
    }
}
