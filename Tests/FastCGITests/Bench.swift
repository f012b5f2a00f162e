import Glibc
import Platform
import Testing

@testable import FastCGI

/// A listener with a scripted responder on a loop of its own, turned by the test.
final class Bench {
    let loop: EventLoop
    let listener: Listener
    let responder: ScriptedResponder
    let path: String

    init(
        limits: FastCGILimits = FastCGILimits(),
        responder: ScriptedResponder = ScriptedResponder()
    ) throws {
        path = Bench.freshPath()
        loop = try EventLoop()
        self.responder = responder
        let socket = try ListeningSocket.unix(path: path)
        listener = try Listener(
            loop: loop,
            descriptor: socket,
            limits: limits,
            responder: responder
        )
    }

    deinit {
        listener.closeAll()
        // What waits for the end of a turn is let go of.
        loop.turn(waiting: .zero)
        unsafe unlink(path)
    }

    static func freshPath() -> String {
        "/tmp/fastcgi-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).sock"
    }

    func connect() throws -> Peer {
        guard let address = SocketAddress.unix(path) else { throw SystemError("unix", code: 0) }
        return Peer(try address.connect(), self)
    }

    /// Turns the loop until a condition holds: whether it held before the time was up.
    @discardableResult
    func turn(within limit: Duration = .seconds(60), until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            if ContinuousClock.now > deadline { return false }
            loop.turn(waiting: .milliseconds(1))
        }
        return true
    }

    /// Turns the loop as often as needed to serve what has been sent.
    func settle() {
        for _ in 0..<4 { loop.turn(waiting: .zero) }
    }
}

/// The web server's side of one connection.
final class Peer {
    private var descriptor: FileDescriptor?
    private unowned let bench: Bench
    private(set) var received: [UInt8] = []
    private(set) var isClosed = false

    init(_ descriptor: consuming FileDescriptor, _ bench: Bench) {
        self.descriptor = consume descriptor
        self.bench = bench
    }

    /// Sends all of it, turning the loop while the socket is full.
    func send(_ bytes: [UInt8], reading: Bool = false) {
        var sent = 0
        bench.turn {
            if reading { read() }
            sent += max(0, trySend(bytes, from: sent))
            return sent == bytes.count
        }
        #expect(sent == bytes.count, "the listener took what was sent")
    }

    /// Sends once what the socket takes: the byte count, negative when it takes none.
    func trySend(_ bytes: [UInt8], from start: Int = 0) -> Int {
        guard let number = descriptor?.number else { return -1 }
        return unsafe bytes[start...].withUnsafeBytes {
            unsafe Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
    }

    /// Reads what is there now.
    func read() {
        guard let number = descriptor?.number else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(number, &buffer, buffer.count)
            if count > 0 {
                received += buffer[..<count]
            } else {
                isClosed = isClosed || count == 0 || errno == ECONNRESET
                return
            }
        }
    }

    /// Waits for so many bytes and takes them.
    func receive(_ count: Int, _ location: SourceLocation = #_sourceLocation) -> [UInt8] {
        let came = bench.turn {
            read()
            return received.count >= count || isClosed
        }
        #expect(came, "the answer came", sourceLocation: location)
        defer { received.removeFirst(min(count, received.count)) }
        return Array(received.prefix(count))
    }

    /// Reads until the connection ends: all that came.
    func readToEnd() -> [UInt8] {
        bench.turn {
            read()
            return isClosed
        }
        return received
    }

    /// Expects exactly these bytes next.
    func expect(_ bytes: [UInt8], _ location: SourceLocation = #_sourceLocation) {
        let answer = receive(bytes.count, location)
        let isExpected = answer == bytes
        #expect(isExpected, "\(WireRecord.all(of: answer))", sourceLocation: location)
    }

    /// Expects that the listener closes the connection, with nothing more to read.
    func expectClosed(_ location: SourceLocation = #_sourceLocation) {
        let closed = bench.turn {
            read()
            return isClosed
        }
        #expect(closed, "the connection was closed", sourceLocation: location)
        #expect(received.isEmpty, sourceLocation: location)
    }

    /// Expects that the connection is open and silent.
    func expectSilence(_ location: SourceLocation = #_sourceLocation) {
        bench.settle()
        read()
        #expect(!isClosed && received.isEmpty, sourceLocation: location)
    }

    func shutWriting() {
        if let number = descriptor?.number { shutdown(number, CInt(SHUT_WR)) }
    }

    func close() {
        descriptor = nil
    }
}

extension Listener {
    /// The bytes that wait on the connection where most do.
    var longestQueue: Int? { connections.map(\.pendingByteCount).max() }

    /// The bytes of memory that all connections hold for output.
    var outputMemory: Int { connections.reduce(0) { $0 + $1.output.capacity } }
}
