import Glibc

/// Where requests go, and what each of them is.
struct Target {
    /// IPv4, as the kernel wants it.
    let address: in_addr
    let port: UInt16
    /// The whole request, head and body.
    let request: [UInt8]
}

/// Why there is no target.
struct TargetError: Error, CustomStringConvertible {
    let description: String
}

extension Target {
    /// The target of an `http://` URL with an IPv4 address or `localhost`.
    init(url: String, headers: [String], body: [UInt8]?) throws(TargetError) {
        guard url.hasPrefix("http://") else {
            throw TargetError(description: "\(url): only http:// is spoken here")
        }
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].split(separator: ":", maxSplits: 1)
        let number = authority.count > 1 ? authority[1] : "80"
        guard let host = authority.first, let port = UInt16(number) else {
            throw TargetError(description: "\(url): no host and port")
        }
        let name = host == "localhost" ? "127.0.0.1" : String(host)
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, name, &address) == 1 else {
            throw TargetError(description: "\(url): the host must be an IPv4 address")
        }
        self.address = address
        self.port = port
        let path = slash == rest.endIndex ? "/" : String(rest[slash...])
        var head = "\(body == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: \(rest[..<slash])\r\n"
        for header in headers { head += "\(header)\r\n" }
        if let body {
            head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        }
        request = Array((head + "\r\n").utf8) + (body ?? [])
    }

    /// Opens a socket and starts to connect.
    func connect() throws(TargetError) -> CInt {
        let flags = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, flags, 0)
        guard descriptor >= 0 else { throw TargetError(description: "socket: \(errno)") }
        var on: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        _ = unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, size)
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = port.bigEndian
        peer.sin_addr = address
        let status = unsafe withUnsafePointer(to: &peer) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 || errno == EINPROGRESS else {
            let code = errno
            close(descriptor)
            throw TargetError(description: "connect: \(code)")
        }
        return descriptor
    }
}
