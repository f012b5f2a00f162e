import Glibc
import Platform
import Testing

@Suite struct `The service manager's socket` {
    /// A datagram socket that plays the manager's part, bound to a name's address.
    private func manager(at name: String) throws -> FileDescriptor {
        let socket = FileDescriptor(
            taking: socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        )
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = name.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe bytes.baseAddress.map {
                unsafe bind(socket.number, $0.assumingMemoryBound(to: sockaddr.self), length)
            }
        }
        #expect(status == 0)
        return socket
    }

    @Test(arguments: ["/tmp/notify-test-", "@notify-test-"])
    func `takes each message as one datagram`(start: String) throws {
        let name = start + "\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        defer { unsafe unlink(name) }
        let manager = try manager(at: name)
        let socket = try #require(NotifySocket(name))
        try socket.send("READY=1\nSTATUS=serving\n")
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = unsafe recv(manager.number, &bytes, bytes.count, 0)
        #expect(
            String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
                == "READY=1\nSTATUS=serving\n"
        )
    }

    @Test(arguments: [nil, "", "@", "vsock:2:1", "/" + String(repeating: "x", count: 108)])
    func `is none without a name that can be reached`(name: String?) {
        #expect(NotifySocket(name) == nil)
    }

    @Test func `that is gone is an error`() throws {
        let socket = try #require(NotifySocket("/tmp/nobody-\(UInt64.random(in: 0...UInt64.max))"))
        #expect(throws: SystemError.self) { try socket.send("READY=1") }
    }
}
