import CLinux
import Glibc

/// A terminal that somebody looks at.
package enum Terminal {
    /// Whether a descriptor is one.
    package static func isAt(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    /// Its columns and rows; nil where it is none, or does not say.
    package static func size(of descriptor: CInt) -> (columns: Int, rows: Int)? {
        var columns: UInt16 = 0
        var rows: UInt16 = 0
        guard unsafe clinux_terminal_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0
        else { return nil }
        return (Int(columns), Int(rows))
    }
}

/// A terminal whose keys come at once and are not shown, until it is put back.
///
/// Ctrl-C is a signal all the same.
package final class TerminalKeys {
    private let descriptor: CInt
    private var before: termios?

    /// Begins; nil where the descriptor is no terminal.
    package init?(_ descriptor: CInt) {
        var settings = termios()
        guard unsafe tcgetattr(descriptor, &settings) == 0 else { return nil }
        self.descriptor = descriptor
        before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        unsafe tcsetattr(descriptor, TCSANOW, &settings)
    }

    deinit { putBack() }

    /// The terminal is as it was.
    package func putBack() {
        guard var settings = before.take() else { return }
        unsafe tcsetattr(descriptor, TCSANOW, &settings)
    }

    /// The keys that were pressed; nil at the end of the input.
    package func pressed() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }
}

/// Where a command prints what somebody may stop reading.
package final class StandardOutput: DescriptorHandler {
    /// Whether nobody reads it any more.
    package private(set) var isClosed = false

    /// Nothing is printed yet.
    package init() {}

    /// Prints text; nothing where nobody reads.
    package func print(_ text: String) {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty, !isClosed {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR, errno != EAGAIN {
                isClosed = true
            }
        }
    }

    /// Notices when its reader ends while there is nothing to print: a pipe says so, a file has
    /// none.
    package func watch(on loop: EventLoop) {
        do throws(SystemError) {
            try loop.watch(STDOUT_FILENO, for: [], handler: self)
        } catch {
            return
        }
    }

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        isClosed = true
    }
}
