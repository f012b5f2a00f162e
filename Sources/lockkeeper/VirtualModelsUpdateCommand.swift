import ArgumentParser
import ControlPlane
import JSON

/// `lockkeeper virtual-models update`.
struct VirtualModelsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a virtual model of an account; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The virtual model's id, aigvm_...")
    var id: String

    @Option(help: "A model that is tried, once for each: they replace all that there were.")
    var target: [String] = []

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("PATCH", .virtualModels, id) { writer in
            try record.write(into: &writer)
            if !target.isEmpty { writer.strings("targets", target) }
        }
        try door.showVirtualModel(answer, asJSON: common.json)
    }
}
