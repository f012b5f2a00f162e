import ArgumentParser
import Storage

/// `lockkeeper providers get`.
struct ProvidersGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a provider of an account."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The provider's id, aigp_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        Output.show(try session.customProvider(id), asJSON: common.json)
    }
}
