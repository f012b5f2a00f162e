import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper keys create`.
struct KeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an access key; its token is shown this once."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    @Option(help: "The one gateway it works on; without it: all of the account's.")
    var endpointId: String?

    @Option(help: "The configuration it is under, aigac_...; without it all is allowed.")
    var configurationId: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    @OptionGroup var limit: BudgetOptions

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .accessKeys) { writer in
            try record.write(into: &writer)
            writer.account(account)
            if let endpointId { writer.member("endpointId", endpointId) }
            if let configurationId {
                writer.member("accessKeyConfigurationId", configurationId)
            }
            expires?.write(into: &writer)
            try limit.write(into: &writer, changing: nil)
        }
        try door.showAccessKey(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows an access key that was made or changed.
    func showAccessKey(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .accessKey(AccessKeyID(answer.id)))
                .accessKey(answer.id, token: answer.token)
        }
    }
}
