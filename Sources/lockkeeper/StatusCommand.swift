import ArgumentParser
import JSON
import Routing
import Server
import Storage

/// `lockkeeper status`: what the running worker does.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Show what the running workers do and measure, and how the last reload and hand-over ended."
    )

    @OptionGroup var common: CommonOptions

    func run() throws {
        let state = try ConfigurationLoader.stateDirectory(path: common.configurationPath)
        guard let line = try ControlClient.status(stateDirectory: state) else {
            throw Refused("no worker runs with state \(state)")
        }
        let metrics = try metrics(state)
        if common.json {
            print(String(decoding: joined(line, metrics), as: UTF8.self))
            return
        }
        show(try JSONDocument.parse(line.span).root)
        if let metrics {
            let report = MetricsReport(try JSONDocument.parse(metrics.span).root)
            for line in MetricsLines(report).lines { row("last 15 min", line) }
        }
    }

    /// Nil where the worker is of a version that does not tell.
    private func metrics(_ state: String) throws -> [UInt8]? {
        do throws(ControlClient.Failure) {
            return try ControlClient.metrics(stateDirectory: state)
        } catch {
            switch error {
            case .noAnswer: return nil
            case .tooLong, .system, .refused: throw error
            }
        }
    }

    /// The object of the status with one member more.
    private func joined(_ status: [UInt8], _ metrics: [UInt8]?) -> [UInt8] {
        guard let metrics, status.last == UInt8(ascii: "}") else { return status }
        return status.dropLast() + Array(",\"metrics\":".utf8) + metrics + [UInt8(ascii: "}")]
    }

    private func row(_ title: String, _ text: String) {
        print(title.padding(to: 16) + text)
    }

    private func show(_ status: JSONValue) {
        row("worker", "pid \(number(status, "pid")), up \(number(status, "uptime_s")) s")
        row("draining", status["draining"]?.bool == true ? "yes" : "no")
        row("requests now", number(status, "active_requests"))
        row("access keys", number(status, "access_keys"))
        row("generation", number(status, "generation"))
        if let reload = status["last_reload"] {
            let reason = reload["reason"]?.string.map { ": \($0)" } ?? ""
            row("last reload", (reload["result"]?.string ?? "none") + reason)
            for note in reload["notes"]?.elements ?? [] { row("note", note.string ?? "") }
        }
        if let ledger = status["ledger"] { show(ledger: ledger) }
        if let handover = status["last_handover"], let result = handover["result"]?.string {
            let reason = handover["reason"]?.string.map { ": \($0)" } ?? ""
            row("last hand-over", "\(result) at \(handover["at"]?.string ?? "?")\(reason)")
        }
        for other in status["other_workers"]?.elements ?? [] {
            row(
                "old worker",
                "pid \(number(other, "pid")), up \(number(other, "uptime_s")) s, "
                    + (other["draining"]?.bool == true ? "draining, " : "")
                    + "\(number(other, "active_requests")) requests, "
                    + "\(number(other, "connections")) connections"
            )
        }
        for loop in status["loops"]?.elements ?? [] {
            row(
                "loop \(number(loop, "index"))",
                "\(number(loop, "active_requests")) requests, "
                    + "\(number(loop, "connections")) connections, "
                    + "\(number(loop, "transfers")) transfers, "
                    + "\(number(loop, "body_bytes")) bytes of bodies, "
                    + "turns of \(number(loop, "turn_p99_us")) µs (p99), "
                    + "\(number(loop, "turn_max_us")) µs at most"
            )
        }
    }

    private func show(ledger: JSONValue) {
        guard let mode = ledger["mode"]?.string else { return }
        guard mode != "off" else { return row("ledger", "off") }
        row(
            "ledger",
            "\(mode), \(number(ledger, "open_holds")) open holds, "
                + "\(number(ledger, "queue_length")) records to write"
        )
        if let problem = ledger["problem"]?.string { row("ledger problem", problem) }
    }

    private func number(_ value: JSONValue, _ name: String) -> String {
        value[name]?.integer.map { String($0) } ?? "?"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
