import ArgumentParser
import Storage

/// `lockkeeper configurations get`.
struct ConfigurationsGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show an access key configuration; keys never with their values."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The configuration's id, aigac_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .configured)
        Output.show(try session.configuration(id), asJSON: common.json)
    }
}
