import Glibc
import JSON

/// What was counted.
struct Tally {
    var answered = 0
    /// Answers with another status than 200, by status.
    var refused: [Int: Int] = [:]
    var failed = 0
    /// Stamped events, while streams were held.
    var events = 0
    var nanoseconds = 0

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .answered(200): answered += 1
        case .answered(let status): refused[status, default: 0] += 1
        case .failed: failed += 1
        }
    }
}

/// The result of a run, as JSON on standard output.
struct Report {
    let tally: Tally
    let samples: [(name: String, values: Samples)]

    /// Tells that a phase began, while the run goes on: whoever measures CPU reads it now.
    static func say(_ phase: String) {
        writeLine("{\"phase\":\"\(phase)\"}")
    }

    /// Prints the result.
    func print() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("answered")
        writer.integer(tally.answered)
        writer.key("failed")
        writer.integer(tally.failed)
        writer.key("refused")
        writer.beginObject()
        for (status, count) in tally.refused.sorted(by: { $0.key < $1.key }) {
            writer.key(String(status))
            writer.integer(count)
        }
        writer.endObject()
        writer.key("events")
        writer.integer(tally.events)
        writer.key("nanoseconds")
        writer.integer(tally.nanoseconds)
        for (name, values) in samples {
            writer.key(name)
            values.write(to: &writer)
        }
        writer.endObject()
        writeLine(String(decoding: writer.bytes, as: UTF8.self))
    }
}

/// Writes a line to standard output at once.
func writeLine(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}
