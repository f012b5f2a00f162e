import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper keys update`.
struct KeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an access key; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigk_...")
    var id: String

    @Option(help: "The one gateway it works on; empty: all of the account's.")
    var endpointId: String?

    @Option(help: "The configuration it is under; empty: none, all is allowed.")
    var configurationId: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    @OptionGroup var limit: BudgetOptions

    @Flag(help: "Refuse it, or accept it again.")
    var state: State?

    /// Whether the key is accepted.
    enum State: String, EnumerableFlag {
        case disabled, enabled
    }

    func run() throws {
        let door = try ControlDoor(common)
        // What is not said of a budget is that of the key as it is.
        let known = limit.isPartial ? try door.ask("GET", .accessKeys, id) : nil
        let answer = try door.ask("PATCH", .accessKeys, id, ifMatch: known?.tag) { writer in
            try record.write(into: &writer)
            if let endpointId { writer.clearable("endpointId", endpointId) }
            if let configurationId {
                writer.clearable("accessKeyConfigurationId", configurationId)
            }
            expires?.write(into: &writer)
            try limit.write(into: &writer, changing: known?["budget"])
            state?.write(into: &writer)
        }
        try door.showAccessKey(answer, asJSON: common.json)
    }
}

extension KeysUpdateCommand.State {
    /// Writes the member that says it.
    func write(into writer: inout JSONWriter) {
        writer.key("disabled")
        writer.bool(self == .disabled)
    }
}

extension JSONWriter {
    /// A member that is text; no text clears it.
    mutating func clearable(_ name: StaticString, _ text: String) {
        member(name, text.isEmpty ? nil : text)
    }

    /// The member that says whose a new record is; nobody needs to be told of the default account.
    mutating func account(_ id: String) {
        if id != AccountID.standard.rawValue { member("accountId", id) }
    }
}
