import Glibc

/// Where a stream socket listens or connects to.
package struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length: socklen_t
    /// As an operator would write it, for messages.
    package let text: String

    /// A path in the file system; nil when it is longer than the kernel takes, empty, or holds a
    /// zero byte.
    package static func unix(_ path: String) -> SocketAddress? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < room, !bytes.contains(0) else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return SocketAddress(address, text: path)
    }

    /// A name that no file stands for; nil when it is longer than the kernel takes or empty.
    package static func abstract(_ name: String) -> SocketAddress? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = [0] + Array(name.utf8)
        guard bytes.count > 1, bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
            return nil
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var result = SocketAddress(address, text: "@\(name)")
        // Unlike a path's, the end of an abstract name is where the address ends.
        result.length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        return result
    }

    /// A numeric IPv4 or IPv6 address; nil when it is neither.
    package static func numeric(_ address: String, port: UInt16) -> SocketAddress? {
        var four = sockaddr_in()
        if unsafe inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            return SocketAddress(four, text: "\(address):\(port)")
        }
        var six = sockaddr_in6()
        if unsafe inet_pton(AF_INET6, address, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            return SocketAddress(six, text: "[\(address)]:\(port)")
        }
        return nil
    }

    /// Whether only this machine can reach it.
    package var isLocal: Bool {
        switch CInt(storage.ss_family) {
        case AF_UNIX: true
        case AF_INET: isLoopback4
        case AF_INET6: isLoopback6
        default: false
        }
    }

    /// A connected, non-blocking socket; the connection to a local peer is made at once.
    package func connect() throws(SystemError) -> FileDescriptor {
        let socket = try makeSocket()
        let status = unsafe withPointer { unsafe Glibc.connect(socket.number, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else { throw .last("connect", on: text) }
        return socket
    }

    /// Sends one datagram to the address.
    func send(
        _ bytes: [UInt8],
        through socket: borrowing FileDescriptor
    ) throws(SystemError) {
        let flags = CInt(MSG_NOSIGNAL)
        let count = unsafe withPointer { address, length in
            unsafe CInt(sendto(socket.number, bytes, bytes.count, flags, address, length))
        }
        guard count == bytes.count else { throw .last("sendto", on: text) }
    }

    /// A non-blocking stream socket of this address's family, bound to nothing.
    func makeSocket() throws(SystemError) -> FileDescriptor {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let number = socket(CInt(storage.ss_family), CInt(kind), 0)
        guard number >= 0 else { throw .last("socket", on: text) }
        return FileDescriptor(taking: number)
    }

    /// Binds a socket to the address.
    func bind(_ socket: borrowing FileDescriptor) throws(SystemError) {
        let status = unsafe withPointer { unsafe Glibc.bind(socket.number, $0, $1) }
        guard status == 0 else { throw .last("bind", on: text) }
    }

    /// The port that a socket was bound to; 0 when it has none.
    package static func port(of socket: borrowing FileDescriptor) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // The port stands at the same place for both families; a longer address is cut.
        let status = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return CInt(-1) }
            return unsafe getsockname(
                socket.number,
                base.assumingMemoryBound(to: sockaddr.self),
                &length
            )
        }
        let hasPort = [AF_INET, AF_INET6].contains(CInt(address.sin_family))
        return status == 0 && hasPort ? UInt16(bigEndian: address.sin_port) : 0
    }

    /// The path that a socket is bound to; nil when it is bound to something else.
    static func path(ofNumber number: CInt) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return CInt(-1) }
            return unsafe getsockname(number, base.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard status == 0, CInt(address.sun_family) == AF_UNIX else { return nil }
        let path = unsafe withUnsafeBytes(of: address.sun_path) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return path.isEmpty ? nil : path
    }

    private init<Address>(_ address: Address, text: String) {
        length = socklen_t(MemoryLayout<Address>.size)
        self.text = text
        unsafe withUnsafeMutableBytes(of: &storage) { place in
            unsafe withUnsafeBytes(of: address) { unsafe place.copyMemory(from: $0) }
        }
    }

    private func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        unsafe withUnsafeBytes(of: storage) { bytes in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    /// 127.0.0.0/8: the first of the four bytes behind family and port.
    private var isLoopback4: Bool {
        unsafe withUnsafeBytes(of: storage) { unsafe $0[4] == 127 }
    }

    /// ::1: sixteen bytes behind family, port and flow.
    private var isLoopback6: Bool {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
        }
    }
}
