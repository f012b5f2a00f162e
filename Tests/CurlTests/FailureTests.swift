import Curl
import Glibc
import Platform
import Testing

/// What ends a transfer badly, and how it is called.
@Suite struct FailureTests {
    /// A kind of failure, without its text.
    enum Kind: Equatable {
        case invalidRequest, dns, connect, connectTimeout, tls, addressRefused, sendFailed
        case emptyAnswer, cut, protocolError, headersTooLarge, other

        init?(_ failure: TransferFailure?) {
            switch failure {
            case nil: return nil
            case .invalidRequest: self = .invalidRequest
            case .dns: self = .dns
            case .connect: self = .connect
            case .connectTimeout: self = .connectTimeout
            case .tls: self = .tls
            case .addressRefused: self = .addressRefused
            case .sendFailed: self = .sendFailed
            case .emptyAnswer: self = .emptyAnswer
            case .cut: self = .cut
            case .protocolError: self = .protocolError
            case .headersTooLarge: self = .headersTooLarge
            case .other: self = .other
            }
        }
    }

    /// What an upstream sends before it closes, and what that is called.
    static let badAnswers: [(String, Kind)] = [
        ("", .emptyAnswer),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", .cut),
        ("HTTP/1.1 200 OK\r\nContent-Le", .cut),
        ("HTTP/1.1 103 Early Hints\r\n\r\n", .emptyAnswer),
        ("SSH-2.0-OpenSSH_9.2\r\nabcdefgh\r\n", .protocolError),
        ("<html>\r\n\r\n", .protocolError),
        ("HTTP/1.1 200 OK\r\nno colon at all\r\n\r\n", .protocolError),
        ("HTTP/1.1 abc\r\n\r\n", .protocolError),
        ("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nabc", .protocolError),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", .protocolError),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3, 4\r\n\r\nabcd", .protocolError),
        ("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nabcd", .protocolError),
        ("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", .protocolError),
    ]

    @Test(arguments: badAnswers)
    func `a bad answer has its failure`(sent: String, kind: Kind) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            peer.send(sent)
            peer.close()
        }
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(Kind(recorder.failure) == kind, "\(String(describing: recorder.outcome))")
        #expect(recorder.endCount == 1)
        #expect(bench.pool.activeCount == 0)
    }

    @Test(arguments: badAnswers.filter { $0.1 == .protocolError })
    func `garbage does not wait for the end of the connection`(
        sent: String,
        kind: Kind
    ) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: sent)
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(Kind(recorder.failure) == kind, "\(String(describing: recorder.outcome))")
        bench.run { upstream.peers[0].wasClosedByPeer }
        #expect(upstream.peers[0].wasClosedByPeer)
    }

    @Test(arguments: [
        String(repeating: "X-Field: \(String(repeating: "y", count: 990))\r\n", count: 1000),
        "X-Field: " + String(repeating: "y", count: 1 << 20),
        String(
            repeating: "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n",
            count: 9999
        ),
    ])
    func `a megabyte of header lines is refused`(fields: String) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            peer.send((fields.hasPrefix("HTTP") ? "" : "HTTP/1.1 200 OK\r\n") + fields)
        }
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(
            Kind(recorder.failure) == .headersTooLarge,
            "\(String(describing: recorder.outcome))"
        )
        #expect(recorder.headCount == 0)
    }

    @Test func `a reset in the middle of a body cuts the answer`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        }
        let recorder = Recorder()
        bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.byteCount == 4 }
        upstream.peers[0].reset()
        bench.run { recorder.outcome != nil }
        #expect(Kind(recorder.failure) == .cut)
    }

    @Test func `a reset instead of an answer is an empty answer`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in peer.reset() }
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(Kind(recorder.failure) == .emptyAnswer)
    }

    @Test func `nobody listens`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        let url = upstream.url()
        upstream.stop()
        let recorder = bench.perform(bench.get(url))
        #expect(Kind(recorder.failure) == .connect)
        #expect(recorder.failure?.isBeforeRequest == true)
    }

    @Test func `a name that does not exist`() throws {
        let bench = try Bench()
        let recorder = bench.perform(bench.get("http://nowhere.invalid/"))
        #expect(Kind(recorder.failure) == .dns)
    }

    @Test func `a connection that is not taken in time`() throws {
        let bench = try Bench()
        let listener = try FullListener()
        var request = bench.get("http://127.0.0.1:\(listener.port)/")
        request.connectTimeout = .milliseconds(60)
        let start = ContinuousClock.now
        let recorder = bench.perform(request)
        #expect(Kind(recorder.failure) == .connectTimeout)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `nothing is left of a connection that is not taken in time`() throws {
        let listener = try FullListener()
        weak var loop: EventLoop?
        do {
            let bench = try Bench()
            loop = bench.loop
            var request = bench.get("http://127.0.0.1:\(listener.port)/")
            request.connectTimeout = .milliseconds(60)
            _ = bench.perform(request)
            bench.pool.close()
        }
        #expect(loop == nil)
    }

    @Test func `a name is looked up where a connection was given up`() throws {
        let bench = try Bench()
        let listener = try FullListener()
        for _ in 0..<3 {
            var request = bench.get("http://127.0.0.1:\(listener.port)/")
            request.connectTimeout = .milliseconds(30)
            #expect(Kind(bench.perform(request).failure) == .connectTimeout)
            // The lookup's socket pair has the number of the connection's socket.
            #expect(Kind(bench.perform(bench.get("http://nowhere.invalid/")).failure) == .dns)
        }
    }

    @Test func `a silent answer is not bounded by the connect timeout`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        var request = bench.get(upstream.url())
        request.connectTimeout = .milliseconds(20)
        let recorder = Recorder()
        bench.start(request, recorder)
        bench.run { upstream.requests.count == 1 }
        bench.run(for: .milliseconds(60))
        #expect(recorder.outcome == nil)
        upstream.peers[0].send(answer("late"))
        bench.run { recorder.outcome != nil }
        #expect(recorder.text == "late")
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:secret@127.0.0.1/", "http://",
        "", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/",
        "gopher://127.0.0.1:1/", "dict://127.0.0.1:1/",
    ])
    func `a URL that can't be used ends the transfer later`(url: String) throws {
        let bench = try Bench()
        let recorder = Recorder()
        bench.start(bench.get(url), recorder)
        #expect(recorder.endCount == 0)
        bench.run { recorder.outcome != nil }
        #expect(
            Kind(recorder.failure) == .invalidRequest,
            "\(String(describing: recorder.outcome))"
        )
        #expect(recorder.failure?.text.contains("secret") == false)
        #expect(bench.pool.activeCount == 0)
    }

    @Test func `a refused header line refuses the request`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("no"))
        var request = bench.get(upstream.url())
        request.headers.append(name: "X-A", value: "a\r\nX-B: b")
        let recorder = bench.perform(request)
        #expect(recorder.failure == .invalidRequest("header X-A can't be sent"))
        #expect(upstream.peers.isEmpty)
    }

    @Test func `an upstream that closed its idle connection costs nothing`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        _ = bench.perform(bench.get(upstream.url()))
        upstream.peers[0].close()
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(recorder.text == "hello")
        #expect(upstream.peers.map(\.requests.count) == [1, 1])
    }

    @Test func `a request that met a closing connection is sent once more`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { [unowned upstream] peer, _ in
            if peer === upstream.peers[0], peer.requests.count == 2 {
                peer.close()
            } else {
                peer.send(answer("hello"))
            }
        }
        let body = Array("body".utf8)
        unsafe body.withUnsafeBytes { bytes in
            var request = bench.get(upstream.url())
            request.method = .post
            unsafe request.body = unsafe bytes
            _ = bench.perform(request)
            #expect(bench.perform(request).text == "hello")
        }
        #expect(upstream.peers.map(\.requests.count) == [2, 1])
        #expect(upstream.requests.allSatisfy { $0.hasSuffix("body") })
    }

    @Test func `a fresh connection that closes is not tried again`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in peer.close() }
        var request = bench.get(upstream.url())
        request.requiresFreshConnection = true
        let recorder = bench.perform(request)
        #expect(Kind(recorder.failure) == .emptyAnswer)
        #expect(upstream.requests.count == 1)
    }
}

/// A listener whose backlog is full: connections to it neither stand nor fail.
final class FullListener {
    let port: UInt16
    private let listener: CInt
    private var waiting: [CInt] = []

    init() throws {
        listener = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        func withAddress(_ call: (UnsafePointer<sockaddr>) -> CInt) -> CInt {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe call($0)
                }
            }
        }
        let socket = listener
        let bound = unsafe withAddress { unsafe bind(socket, $0, size) }
        #expect(bound == 0)
        #expect(listen(socket, 0) == 0)
        port = localPort(of: listener)
        address.sin_port = port.bigEndian
        for _ in 0..<4 {
            let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
            let client = Glibc.socket(AF_INET, kind, 0)
            _ = unsafe withAddress { unsafe connect(client, $0, size) }
            waiting.append(client)
        }
    }

    deinit {
        for client in waiting + [listener] { _ = Glibc.close(client) }
    }
}
