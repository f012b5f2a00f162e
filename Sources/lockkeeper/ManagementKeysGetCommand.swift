import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper management-keys get`.
struct ManagementKeysGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a management key."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let record = try session.store.contents.managementKey(id)
        let lastUsed = try session.lastUse(of: id)
        session.show(record.id, lastUsed: lastUsed, asJSON: common.json)
    }
}
