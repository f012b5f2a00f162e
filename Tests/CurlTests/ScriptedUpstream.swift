import Curl
import Glibc
import Platform
import Testing

/// An upstream on the test's own event loop that answers each request as the test says.
final class ScriptedUpstream: DescriptorHandler {
    let port: UInt16
    /// Every connection that was accepted, in order.
    private(set) var peers: [Peer] = []
    /// What is done with a whole request (its body by Content-Length).
    var answer: (Peer, String) -> Void = { _, _ in }

    private let listener: FileDescriptor
    /// Weak: a loop holds who watches a descriptor.
    fileprivate private(set) weak var loop: EventLoop?

    init(on loop: EventLoop) throws {
        self.loop = loop
        listener = try ListeningSocket.tcp(address: "127.0.0.1", port: 0)
        port = localPort(of: listener.number)
        try loop.watch(listener.number, for: .readable, handler: self)
    }

    /// An upstream that sends the same bytes as each answer.
    convenience init(on loop: EventLoop, always text: String) throws {
        try self.init(on: loop)
        answer = { peer, _ in peer.send(text) }
    }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// All requests of all connections.
    var requests: [String] { peers.flatMap(\.requests) }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        do {
            while let socket = try ListeningSocket.accept(from: descriptor) {
                let peer = Peer(socket, of: self)
                peers.append(peer)
                try loop?.watch(peer.socket, for: [.readable, .peerClosed], handler: peer)
            }
        } catch {
            Issue.record(error)
        }
    }

    /// Stops listening.
    func stop() {
        loop?.unwatch(listener.number)
        shutdown(listener.number, CInt(SHUT_RDWR))
        for peer in peers { peer.close() }
    }
}

/// One connection to a ``ScriptedUpstream``.
final class Peer: DescriptorHandler {
    let socket: CInt
    private(set) var requests: [String] = []
    private(set) var isClosed = false
    /// Whether the other side closed, or reset, the connection.
    private(set) var wasClosedByPeer = false
    /// Bytes that were taken by the kernel.
    private(set) var sentCount = 0

    private unowned let upstream: ScriptedUpstream
    private var received: [UInt8] = []
    private var expectedCount: Int?

    init(_ socket: consuming FileDescriptor, of upstream: ScriptedUpstream) {
        self.socket = socket.release()
        self.upstream = upstream
    }

    deinit {
        if !isClosed { _ = Glibc.close(socket) }
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while !isClosed {
            let count = unsafe recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
                takeRequests()
            } else if count < 0, errno == EAGAIN {
                return
            } else {
                wasClosedByPeer = true
                return close()
            }
        }
    }

    /// Sends what the kernel takes now.
    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        let count = unsafe Glibc.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        if count > 0 { sentCount += count }
    }

    /// Makes the kernel hold little of what is sent.
    func limitSendBuffer(to byteCount: CInt) {
        var size = byteCount
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(4))
    }

    /// The port of the other side.
    var remotePort: UInt16 { peerPort(of: socket) }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        upstream.loop?.unwatch(socket)
        _ = Glibc.close(socket)
    }

    /// Closes so that the other side sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, size)
        close()
    }

    private func takeRequests() {
        while true {
            if expectedCount == nil { expectedCount = countOfRequest() }
            guard let count = expectedCount, received.count >= count else { return }
            expectedCount = nil
            let request = String(decoding: received[..<count], as: UTF8.self)
            received.removeFirst(count)
            requests.append(request)
            upstream.answer(self, request)
        }
    }

    /// The bytes of the request that begins with the received ones; nil before its head is whole.
    private func countOfRequest() -> Int? {
        let text = String(decoding: received.prefix(65536), as: UTF8.self)
        guard let head = text.firstRange(of: "\r\n\r\n") else { return nil }
        var length = 0
        for line in text[..<head.lowerBound].split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-length" {
                length = Int(parts[1].filter { $0 != " " }) ?? 0
            }
        }
        return text.utf8.distance(from: text.startIndex, to: head.upperBound) + length
    }
}

/// The port that a socket is bound to.
func localPort(of descriptor: CInt) -> UInt16 {
    unsafe port(of: descriptor, getsockname)
}

/// The port of a socket's other side.
func peerPort(of descriptor: CInt) -> UInt16 {
    unsafe port(of: descriptor, getpeername)
}

/// How many bytes wait to be read from the socket of this process that is bound to a port.
func unreadCount(ofSocketOn port: UInt16) -> Int? {
    guard let socket = (3..<1024).first(where: { localPort(of: $0) == port }) else { return nil }
    var copy = [UInt8](repeating: 0, count: 16 << 20)
    let flags = CInt(Int(MSG_PEEK) | Int(MSG_DONTWAIT))
    return unsafe recv(socket, &copy, copy.count, flags)
}

private func port(
    of descriptor: CInt,
    _ look: (CInt, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> CInt
) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe look(descriptor, $0, &length)
        }
    }
    return UInt16(bigEndian: address.sin_port)
}
