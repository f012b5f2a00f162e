import ArgumentParser
import Storage

/// `lockkeeper management-keys get`.
struct ManagementKeysGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a management key."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        Output.show(try session.managementKey(id), asJSON: common.json)
    }
}
