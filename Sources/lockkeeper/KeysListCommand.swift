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
        let session = try StoreSession(common, .nothing)
        let account = try account.map { try session.account($0) }
        let uses = try session.lastUses()
        let now = session.now
        let keys = try session.accessKeys(of: account)
        try Output.show(asJSON: common.json) { (show: (AccessKeyResource) -> Void) in
            try keys.forEach { key in
                show(AccessKeyResource(record: key, lastUsed: uses[key.id.rawValue], now: now))
            }
        }
    }
}
