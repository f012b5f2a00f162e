import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys rotate`.
struct ProviderKeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a provider key another value; its id stays.",
        discussion: "The value is asked for, or read from standard input."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    @Option(help: "What people call it from now on.")
    var name: String?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let master = try session.configuration.requireMasterKey()
        _ = try session.store.contents.providerKey(id)
        let value = try SecretInput.providerKeyValue()
        try session.changeProviderKey(id, options: common) { (key) throws(StorageError) in
            if let name { key.name = name }
            key.sealedValue = master.seal(value, for: SealedRecord(key))
            key.keyRedacted = value.redacted
        }
    }
}
