import ArgumentParser

/// `lockkeeper configurations update`.
struct ConfigurationsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an access key configuration; what is left out stays as it is.",
        discussion: """
            The JSON object has the members of `create`; null clears one. Standard input is not \
            read where an option says what to change.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions
    @OptionGroup var input: ConfigurationInput

    @Argument(help: "The configuration's id, aigac_...")
    var id: String

    func run() throws {
        let door = try ControlDoor(common)
        let written = input.file == nil && !record.said.isEmpty ? nil : try input.read()
        let answer = try door.ask("PATCH", .configurations, id) { writer in
            written?.write(into: &writer, but: record.said)
            try record.write(into: &writer)
        }
        try door.showConfiguration(answer, asJSON: common.json)
    }
}
