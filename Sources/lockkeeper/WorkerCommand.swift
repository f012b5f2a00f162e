import ArgumentParser
import Platform
import Server

/// `lockkeeper worker`: what the supervisor starts, with the socket on descriptor 0.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Serve on the socket that is descriptor 0.",
        shouldDisplay: false
    )

    @OptionGroup var site: ConfigurationOption

    @Option(help: "The descriptor of the line to the supervisor.")
    var channel: Int32?

    func run() throws {
        SignalReader.blockAll()
        try Worker.serve(configurationPath: site.path, channel: channel)
    }
}
