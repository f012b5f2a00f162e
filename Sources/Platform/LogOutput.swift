import CLinux
import Glibc

/// The open end of a log: writes batches, and counts the lines that could not be written.
///
/// Nothing here waits long: a reader that does not read, or a full disk, costs lines, not the
/// process.
final class LogOutput {
    /// The lines that were lost since this was last asked.
    private var lostCount = 0

    private let target: LogTarget
    private var number: CInt
    private var endsInLine = false

    /// How long a reader may keep us waiting, in milliseconds.
    private static let patience: CInt = 500
    /// What a pipe or socket that is ready takes without making us wait.
    private static let smallWrite = 4096

    /// Opens the target.
    init(_ target: LogTarget) throws(SystemError) {
        self.target = target
        switch target {
        case .standardError: number = STDERR_FILENO
        case .file(let path): number = try LogOutput.open(path)
        }
    }

    deinit {
        if target != .standardError { _ = Glibc.close(number) }
    }

    /// Opens a file again, which may have been moved away; when that fails the old one stays.
    func reopen() {
        guard case .file(let path) = target else { return }
        do throws(SystemError) {
            let opened = try LogOutput.open(path)
            _ = Glibc.close(number)
            number = opened
            endsInLine = false
        } catch {
            lostCount += 1
        }
    }

    /// Writes whole lines, after a line about those that were lost.
    func write(_ batch: LogSink.Batch, note: (Int) -> String) {
        lostCount += batch.droppedCount
        if lostCount > 0, writeAll(Array((note(lostCount) + "\n").utf8)) { lostCount = 0 }
        if !batch.bytes.isEmpty, !writeAll(batch.bytes) { lostCount += batch.lineCount }
    }

    private static func open(_ path: String) throws(SystemError) -> CInt {
        try FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT, mode: 0o640).release()
    }

    /// Whether all was written.
    ///
    /// What is cut in a line ends it before the next one begins.
    private func writeAll(_ bytes: [UInt8]) -> Bool {
        if endsInLine {
            guard written([UInt8(ascii: "\n")]) == 1 else { return false }
            endsInLine = false
        }
        let count = written(bytes)
        if count > 0 { endsInLine = bytes[count - 1] != UInt8(ascii: "\n") }
        return count == bytes.count
    }

    /// How many bytes were written.
    private func written(_ bytes: [UInt8]) -> Int {
        let isSmall = target == .standardError
        var start = 0
        while start < bytes.count {
            if isSmall, !LogOutput.isReady(number) { return start }
            let rest = bytes.count - start
            let size = isSmall ? min(rest, LogOutput.smallWrite) : rest
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe bytes.baseAddress.map { unsafe Glibc.write(number, $0 + start, size) } ?? 0
            }
            if count > 0 {
                start += count
            } else if count == 0 || errno != EINTR {
                return start
            }
        }
        return start
    }

    private static func isReady(_ number: CInt) -> Bool {
        var watched = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&watched, 1, patience) > 0
    }
}
