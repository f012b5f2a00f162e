import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper management-keys delete`.
struct ManagementKeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a management key for good; the next request with it is refused."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        try session.commit { (contents) throws(StorageError) in
            .managementKeyDeleted(try contents.managementKey(id).id)
        }
        if !common.json { print("deleted \(id)") }
    }
}
