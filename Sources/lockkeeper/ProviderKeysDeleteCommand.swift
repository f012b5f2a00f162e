import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys delete`.
struct ProviderKeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a provider key for good."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        try session.commit { (contents) throws(StorageError) in
            try contents.deletion(of: try contents.providerKey(id))
        }
        if !common.json { print("deleted \(id)") }
    }
}
