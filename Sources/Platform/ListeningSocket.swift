import CLinux
import Glibc

/// Sockets that peers connect to.
package enum ListeningSocket {
    /// Takes one waiting connection, non-blocking and closed on exec; nil when none waits.
    package static func accept(from descriptor: CInt) throws(SystemError) -> FileDescriptor? {
        let number = clinux_accept(descriptor)
        if number >= 0 { return FileDescriptor(taking: number) }
        if errno == EAGAIN { return nil }
        throw .last("accept")
    }
}
