import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper keys delete`.
struct KeysDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an access key for good; the next request with it is refused."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigk_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .accessKey(AccessKeyID(id)))
        try session.commit { (contents) throws(StorageError) in
            .accessKeyDeleted(try contents.accessKey(id).id)
        }
        if !common.json { print("deleted \(id)") }
    }
}
