import ArgumentParser
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
        Output.show(try session.providerKey(id), asJSON: common.json)
    }
}
