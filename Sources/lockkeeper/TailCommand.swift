import ArgumentParser
import Glibc
import Platform
import Relay
import Server

/// `lockkeeper tail`: requests as they end.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show requests as they end, until Ctrl-C.",
        discussion: """
            A line a request: when it ended (UTC), the status that the client saw, the key, the model, \
            how long it took (of a stream: how long until its first token), tokens in and out, the \
            cost, and what went wrong. With --json the line of the access log. Also where there is no \
            access log; across reloads and restarts of the worker. Costs the gateway nothing while \
            nobody watches.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var live: LiveOptions

    func run() throws {
        let site = try LiveSite(common)
        let isJSON = common.json
        let style = TextStyle(isPlain: isJSON || !Terminal.isAt(STDOUT_FILENO))
        try site.run(live.filter) { event in
            switch event {
            case .watching: break
            case .line(let line):
                if isJSON {
                    site.output.print(String(decoding: line, as: UTF8.self) + "\n")
                } else if let request = LiveRequest(line) {
                    site.output.print(request.line(style) + "\n")
                }
            case .lost(let count):
                printAside(
                    "note: \(count) requests not shown: they came faster than they were read"
                )
            case .gone: printAside("note: the worker is gone; waiting for the next one")
            }
        }
    }
}
