import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper provider-keys add`.
struct ProviderKeysAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a provider key.",
        discussion: "Its value is asked for, or read from standard input; it is stored sealed."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "The account that brings it.")
    var account = AccountID.standard.rawValue

    @Option(help: "The provider that takes it: openai, anthropic, or one of the configuration's.")
    var provider: String

    func validate() throws {
        if record.name?.isEmpty ?? true { throw ValidationError("--name is missing") }
    }

    func run() throws {
        let door = try ControlDoor(common)
        let value = try SecretInput.providerKeyValue()
        let answer = try door.ask("POST", .providerKeys) { writer in
            writer.member("providerId", provider)
            try record.write(into: &writer)
            writer.member("value", value.exposed)
            writer.account(account)
        }
        try door.showProviderKey(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows a provider key that was made or changed.
    func showProviderKey(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .providerKeys).providerKey(answer.id)
        }
    }
}
