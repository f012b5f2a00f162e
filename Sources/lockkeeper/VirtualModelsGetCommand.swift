import ArgumentParser
import Storage

/// `lockkeeper virtual-models get`.
struct VirtualModelsGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a virtual model of an account."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The virtual model's id, aigvm_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        Output.show(try session.virtualModel(id), asJSON: common.json)
    }
}
