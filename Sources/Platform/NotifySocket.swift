import Glibc

/// Where a service tells its manager how it is: the datagram socket that NOTIFY_SOCKET names, in
/// the protocol of sd_notify(3).
package struct NotifySocket: Sendable {
    private let address: SocketAddress

    /// How long a manager that does not read may keep us waiting, in whole seconds.
    private static let patience = 1

    /// Takes the value of NOTIFY_SOCKET: a path, or an abstract name behind `@`; nil when nobody
    /// waits for news.
    package init?(_ name: String?) {
        guard let name, let address = NotifySocket.address(of: name) else { return nil }
        self.address = address
    }

    /// Sends one datagram of `NAME=value` lines.
    package func send(_ text: String) throws(SystemError) {
        let number = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last("socket", on: address.text) }
        let socket = FileDescriptor(taking: number)
        var limit = timeval(tv_sec: NotifySocket.patience, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, length)
        try address.send(Array(text.utf8), through: socket)
    }

    /// The time by which systemd tells a reload from those before: CLOCK_MONOTONIC, in microseconds.
    package static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    private static func address(of name: String) -> SocketAddress? {
        switch name.utf8.first {
        case UInt8(ascii: "/"): .unix(name)
        case UInt8(ascii: "@"): .abstract(String(name.dropFirst()))
        default: nil
        }
    }
}
