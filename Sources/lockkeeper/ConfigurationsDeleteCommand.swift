import ArgumentParser
import Storage

/// `lockkeeper configurations delete`.
struct ConfigurationsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an access key configuration that no access key uses."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The configuration's id, aigac_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .configured)
        try session.commit { (contents) throws(StorageError) in
            try contents.deletion(of: try contents.configuration(id))
        }
        if !common.json { print("deleted \(id)") }
    }
}
