import CLinux
import Glibc

/// Sockets that peers connect to: non-blocking, closed on exec, with a large backlog.
///
/// A full backlog makes nginx answer 502 at once, while a waiting connection costs it only time.
package enum ListeningSocket {
    /// The connections that may wait; the kernel cuts it to net.core.somaxconn.
    package static let backlog: CInt = 4096

    /// Listens on a path of the file system.
    ///
    /// A socket file that nobody answers at is replaced. The file is never open to more than its
    /// owner before it has its mode and group.
    package static func unix(
        path: String,
        mode: UInt32 = 0o660,
        group: String? = nil
    ) throws(ListeningSocketError) -> FileDescriptor {
        guard let address = SocketAddress.unix(path) else { throw .badPath(path) }
        var groupID: gid_t?
        if let group { groupID = try lookUpGroup(group) }
        try removeStaleFile(path, address)
        let socket = try wrapping { () throws(SystemError) in try address.makeSocket() }
        if let folder = path.lastIndex(of: "/").map({ String(path[..<$0]) }), !folder.isEmpty {
            let isThere = unsafe access(folder, F_OK) == 0 || errno != ENOENT
            guard isThere else { throw .noFolder(folder) }
        }
        try wrapping { () throws(SystemError) in
            // The mode of a socket before bind, less the umask, becomes its file's.
            try check(fchmod(socket.number, 0o600), "fchmod", path)
            try address.bind(socket)
            if let groupID { try check(unsafe chown(path, uid_t.max, groupID), "chown", path) }
            try check(unsafe chmod(path, mode), "chmod", path)
            try check(listen(socket.number, backlog), "listen", path)
        }
        return socket
    }

    /// Listens on a path in place of whoever listens there now: callers find one or the other at
    /// every moment.
    ///
    /// The socket is made at a path beside it, which must be free for that.
    package static func unix(
        path: String,
        madeAt other: String,
        mode: UInt32
    ) throws(ListeningSocketError) -> FileDescriptor {
        removeFile(other)
        let socket = try unix(path: other, mode: mode)
        guard unsafe rename(other, path) == 0 else { throw .system(.last("rename", on: path)) }
        return socket
    }

    /// Listens on a loopback address: FastCGI knows no authentication.
    package static func tcp(
        address: String,
        port: UInt16
    ) throws(ListeningSocketError) -> FileDescriptor {
        guard let place = SocketAddress.numeric(address, port: port), place.isLocal else {
            throw .notLoopback(address)
        }
        do throws(SystemError) {
            let socket = try place.makeSocket()
            try setOption(socket, SOL_SOCKET, SO_REUSEADDR)
            // Connections inherit it: a small chunk must not wait for an acknowledgement.
            try setOption(socket, CInt(IPPROTO_TCP), TCP_NODELAY)
            try place.bind(socket)
            try check(listen(socket.number, backlog), "listen", place.text)
            return socket
        } catch {
            throw error.code == EADDRINUSE ? .inUse(place.text) : .system(error)
        }
    }

    /// Takes a listening socket that the parent process opened; FastCGI's place for it is 0.
    ///
    /// A socket on a standard stream's number is moved away, and /dev/null put there, so that the
    /// number is not taken by something else once the socket is closed.
    package static func inherited(
        _ descriptor: CInt = 0
    ) throws(ListeningSocketError) -> FileDescriptor {
        guard isListening(descriptor) else { throw .notListening(descriptor: descriptor) }
        return try wrapping { () throws(SystemError) in
            try makeNonBlocking(descriptor)
            guard descriptor <= STDERR_FILENO else {
                try check(fcntl(descriptor, F_SETFD, FD_CLOEXEC), "fcntl", "")
                return FileDescriptor(taking: descriptor)
            }
            let socket = try duplicate(number: descriptor)
            let nothing = try FileDescriptor.open("/dev/null", O_RDWR)
            try check(dup2(nothing.number, descriptor), "dup2", "/dev/null")
            return socket
        }
    }

    /// Removes a socket's file when its process stops; anything else at the path stays.
    ///
    /// It comes before the socket is closed: afterwards the file may be another process's. A file
    /// left behind is replaced at the next start.
    package static func removeFile(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        _ = unsafe unlink(path)
    }

    /// Another descriptor of the same socket: each event loop closes its own.
    package static func duplicate(
        _ socket: borrowing FileDescriptor
    ) throws(SystemError) -> FileDescriptor {
        try duplicate(number: socket.number)
    }

    /// Takes one waiting connection, non-blocking and closed on exec; nil when none waits.
    package static func accept(from descriptor: CInt) throws(SystemError) -> FileDescriptor? {
        let number = clinux_accept(descriptor)
        if number >= 0 { return FileDescriptor(taking: number) }
        if errno == EAGAIN { return nil }
        throw .last("accept")
    }
}

extension ListeningSocket {
    /// Removes the file of a socket whose process is gone, and nothing else.
    private static func removeStaleFile(
        _ path: String,
        _ address: SocketAddress
    ) throws(ListeningSocketError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        do throws(SystemError) {
            _ = try address.connect()
        } catch {
            guard error.code == ECONNREFUSED else {
                // A full backlog (EAGAIN) has a listener too.
                throw error.code == EAGAIN ? .inUse(path) : .system(error)
            }
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw .system(.last("unlink", on: path))
            }
            return
        }
        throw .inUse(path)
    }

    private static func lookUpGroup(_ name: String) throws(ListeningSocketError) -> gid_t {
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var scratch = [CChar](repeating: 0, count: 64 * 1024)
        let code = unsafe getgrnam_r(name, &entry, &scratch, scratch.count, &found)
        guard code == 0, let found = unsafe found else { throw .unknownGroup(name) }
        return unsafe found.pointee.gr_gid
    }

    private static func isListening(_ descriptor: CInt) -> Bool {
        var isListening: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        let status = unsafe getsockopt(
            descriptor,
            SOL_SOCKET,
            SO_ACCEPTCONN,
            &isListening,
            &length
        )
        return status == 0 && isListening != 0
    }

    private static func makeNonBlocking(_ descriptor: CInt) throws(SystemError) {
        let flags = fcntl(descriptor, F_GETFL)
        try check(flags, "fcntl", "")
        try check(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl", "")
    }

    private static func duplicate(number: CInt) throws(SystemError) -> FileDescriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        try check(copy, "fcntl", "")
        return FileDescriptor(taking: copy)
    }

    private static func setOption(
        _ socket: borrowing FileDescriptor,
        _ level: CInt,
        _ option: CInt
    ) throws(SystemError) {
        var on: CInt = 1
        let length = socklen_t(MemoryLayout<CInt>.size)
        try check(unsafe setsockopt(socket.number, level, option, &on, length), "setsockopt", "")
    }

    private static func check(
        _ status: CInt,
        _ call: String,
        _ subject: String
    ) throws(SystemError) {
        if status < 0 { throw .last(call, on: subject) }
    }

    private static func wrapping<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(ListeningSocketError) -> R {
        do throws(SystemError) {
            return try body()
        } catch {
            throw .system(error)
        }
    }
}
