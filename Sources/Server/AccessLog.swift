import Platform
import Storage

/// Where access log lines go: appended by the loops, written by the log thread.
final class AccessLog: Sendable {
    private let thread: LogThread?

    /// Opens the target that the configuration names.
    init(_ target: Configuration.AccessLog) throws(SystemError) {
        thread =
            switch target {
            case .off: nil
            case .stderr: try LogThread([.standardError])
            case .file(let path): try LogThread([.file(path)])
            }
    }

    /// Whether lines go anywhere.
    var isOn: Bool { thread != nil }

    /// Adds a line, without its newline; never waits.
    func append(_ line: Span<UInt8>) {
        thread?.sinks[0].append(line: line)
    }

    /// Opens a file again under its name, after logrotate moved it away.
    func reopen() {
        thread?.reopen()
    }

    /// Writes what waits and ends.
    func close() {
        thread?.flushAndStop()
    }
}
