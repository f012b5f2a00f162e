import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper configurations create`.
struct ConfigurationsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an access key configuration.",
        discussion: """
            It is read as a JSON object with the members name, description, metadata, access, \
            router and budget. Keys that stand in it with their value are stored as provider keys, sealed.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions
    @OptionGroup var input: ConfigurationInput

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let door = try ControlDoor(common)
        let input = try input.read()
        let answer = try door.ask("POST", .configurations) { writer in
            input.write(into: &writer, but: record.said)
            try record.write(into: &writer)
            writer.account(account)
        }
        try door.showConfiguration(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows a configuration that was made or changed.
    func showConfiguration(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .configured).configuration(answer.id)
        }
    }
}
