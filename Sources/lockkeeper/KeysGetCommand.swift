import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper keys get`.
struct KeysGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show an access key."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigk_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .accessKey(AccessKeyID(id)))
        Output.show(try session.accessKey(id), asJSON: common.json)
    }
}
