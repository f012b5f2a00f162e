import ArgumentParser
import Platform
import Server
import Storage

/// `lockkeeper serve`: opens the socket and supervises the worker.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve until SIGTERM.",
        discussion: """
            Logs go to stderr. SIGHUP reads configuration and keys again, SIGUSR1 opens log files \
            again, SIGUSR2 hands over to the program that is at this one's path now, SIGTERM ends: \
            running answers finish, for at most `drain_timeout`.
            """
    )

    @OptionGroup var site: ConfigurationOption

    func run() throws {
        SignalReader.blockAll()
        let configuration = try ConfigurationLoader.load(path: site.path)
        try Supervisor(configuration).run()
    }
}
