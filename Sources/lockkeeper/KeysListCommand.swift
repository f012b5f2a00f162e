import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper keys list`.
struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the access keys, the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    func run() throws {
        let session = try StoreSession(common, .everything)
        let account = try account.map { try session.account($0) }
        let uses = try session.lastUses()
        let now = session.now
        let keys = session.store.contents.accessKeys.values
            .filter { account == nil || $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .map { AccessKeyResource(record: $0, lastUsed: uses[$0.id.rawValue], now: now) }
        Output.show(keys, asJSON: common.json)
    }
}
