import Access
import ArgumentParser
import Storage

/// `lockkeeper virtual-models delete`.
struct VirtualModelsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a virtual model of an account."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The virtual model's id, aigvm_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        try session.commit { (contents) throws(StorageError) in
            .virtualModelDeleted(try contents.virtualModel(id).id)
        }
        if !common.json { print("deleted \(id)") }
    }
}
