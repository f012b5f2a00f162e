import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys get`.
struct ProviderKeysGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a provider key; never its value."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let record = try session.store.contents.providerKey(id)
        let lastUsed = try session.lastUse(of: id)
        Output.show(ProviderKeyResource(record: record, lastUsed: lastUsed), asJSON: common.json)
    }
}
