import JSON
import Model
package import Platform
package import Storage
import Synchronization

/// What happens to the process, for its operator: JSON lines on stderr, constant messages with
/// values in fields.
package final class OperationalLog: Sendable {
    private let thread: LogThread
    private let leastRank: Atomic<Int>

    /// A log of what is at least of this level.
    package init(_ least: Configuration.LogLevel) throws(SystemError) {
        thread = try LogThread([.standardError])
        leastRank = Atomic(least.rank)
    }

    /// From now on what is at least of this level is logged.
    package func setLevel(_ least: Configuration.LogLevel) {
        leastRank.store(least.rank, ordering: .relaxed)
    }

    /// Whether messages of a level are written.
    func takes(_ level: Configuration.LogLevel) -> Bool {
        level.rank >= leastRank.load(ordering: .relaxed)
    }

    package func notice(_ message: StaticString, _ fields: KeyValuePairs<StaticString, String>) {
        write(.notice, message, fields)
    }

    package func warning(_ message: StaticString, _ fields: KeyValuePairs<StaticString, String>) {
        write(.warning, message, fields)
    }

    package func error(_ message: StaticString, _ fields: KeyValuePairs<StaticString, String>) {
        write(.error, message, fields)
    }

    /// Writes what waits and ends.
    package func close() {
        thread.flushAndStop()
    }

    private func write(
        _ level: Configuration.LogLevel,
        _ message: StaticString,
        _ fields: KeyValuePairs<StaticString, String>
    ) {
        guard takes(level) else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.string(Timestamp(milliseconds: WallClock.milliseconds()).description)
        writer.key("level")
        writer.string(level.rawValue)
        writer.key("message")
        writer.string(message.description)
        for (name, value) in fields {
            writer.key(name)
            writer.string(value)
        }
        writer.key("pid")
        writer.integer(Int(ThisProcess.id))
        writer.endObject()
        thread.sinks[0].append(line: writer.bytes.span)
    }
}

extension Configuration.LogLevel {
    fileprivate var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        }
    }
}
