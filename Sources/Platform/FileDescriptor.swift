import CLinux
import Glibc

/// An open descriptor that is closed exactly once: when it is consumed or goes out of scope.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The kernel's number.
    package let number: CInt

    /// Takes ownership of an open descriptor.
    package init(taking number: CInt) {
        self.number = number
    }

    deinit {
        _ = Glibc.close(number)
    }

    /// Gives the number up without closing it.
    package consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }

    /// Opens a file; the descriptor is closed on exec.
    package static func open(
        _ path: String,
        _ flags: CInt,
        mode: UInt32 = 0o600
    ) throws(SystemError) -> FileDescriptor {
        let number = unsafe path.withCString { unsafe clinux_open($0, flags, mode) }
        guard number >= 0 else { throw .last("open", on: path) }
        return FileDescriptor(taking: number)
    }
}
