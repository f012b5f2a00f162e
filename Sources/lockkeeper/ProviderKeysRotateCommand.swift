import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper provider-keys rotate`.
struct ProviderKeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a provider key another value; its id stays.",
        discussion: "The value is asked for, or read from standard input."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    @Option(help: "What people call it from now on.")
    var name: String?

    func run() throws {
        let door = try ControlDoor(common)
        let known = try door.ask("GET", .providerKeys, id)
        let value = try SecretInput.providerKeyValue()
        // The name is that of the key as it is, unless another is said.
        let tag = name == nil ? known.tag : nil
        let answer = try door.ask("POST", .providerKeys, id, "rotate", ifMatch: tag) { writer in
            writer.member("name", name ?? known["name"]?.string)
            writer.member("value", value.exposed)
        }
        try door.showProviderKey(answer, asJSON: common.json)
    }
}
