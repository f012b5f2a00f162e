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

    @Option(help: "Those under one configuration.")
    var configurationId: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try account.map { try session.account($0) }
        let uses = try session.lastUses()
        let now = session.now
        let configurations = session.store.contents.configurations.records
        let wanted = try configurationId.map { try session.store.contents.configuration($0).id }
        let keys = try session.accessKeys(of: account)
        try Output.show(asJSON: common.json) { (show: (AccessKeyResource) -> Void) in
            try keys.forEach { key in
                if wanted != nil, key.configurationID != wanted { return }
                let resource = AccessKeyResource(
                    record: key,
                    configuration: key.configurationID.flatMap { configurations[$0] },
                    lastUsed: uses[key.id.rawValue],
                    now: now
                )
                show(resource)
            }
        }
    }
}
