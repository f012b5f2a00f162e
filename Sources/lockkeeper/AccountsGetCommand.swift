import ArgumentParser
import Storage

/// `lockkeeper accounts get`.
struct AccountsGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show an account."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The account's id.")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        Output.show(try session.accountResource(id), asJSON: common.json)
    }
}
