import ArgumentParser
import ControlPlane
import JSON
import Model
import Storage

/// `lockkeeper virtual-models create`.
struct VirtualModelsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give an ordered list of models a name, for one account."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "A model that is tried, as provider:model or by its name; once for each.")
    var target: [String] = []

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .virtualModels) { writer in
            try record.write(into: &writer)
            writer.strings("targets", target)
            writer.account(account)
        }
        try door.showVirtualModel(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows a virtual model of an account that was made or changed.
    func showVirtualModel(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .providerKeys).virtualModel(answer.id)
        }
    }
}
