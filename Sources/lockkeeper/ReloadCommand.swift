import ArgumentParser
import JSON
import Server
import Storage

/// `lockkeeper reload`: returns when every event loop serves by the new keys and configuration.
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Read configuration and keys again, and wait until they are in force."
    )

    @OptionGroup var common: CommonOptions

    func run() throws {
        let configuration = try ConfigurationLoader.load(
            path: common.configurationPath,
            secrets: .optional
        )
        guard let notes = try ControlClient.reload(stateDirectory: configuration.state) else {
            throw Refused(
                "no worker runs with state \(configuration.state): nothing to reload (a changed "
                    + "'state' needs a restart)"
            )
        }
        if common.json {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("result")
            writer.string("done")
            writer.key("notes")
            writer.beginArray()
            for note in notes { writer.string(note) }
            writer.endArray()
            writer.endObject()
            print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            print("reloaded")
            for note in notes { printAside("note: \(note)") }
        }
    }
}
