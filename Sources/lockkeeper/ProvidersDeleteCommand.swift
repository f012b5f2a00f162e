import ArgumentParser
import Storage

/// `lockkeeper providers delete`.
struct ProvidersDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a provider of an account that nothing refers to."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The provider's id, aigp_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        try session.commit { (contents) throws(StorageError) in
            try contents.deletion(of: try contents.customProvider(id))
        }
        if !common.json { print("deleted \(id)") }
    }
}
