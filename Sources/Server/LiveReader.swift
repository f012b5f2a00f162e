import JSON
package import Model
package import Platform

/// Requests as they end, as the running workers tell of them: the command line's end.
///
/// A worker that drains is listened to until its end, and the one in its place besides. Where none
/// is left, the next one is waited for.
package final class LiveReader: TimerHandler {
    /// What there is to know.
    package enum Event {
        /// A worker tells of requests from now on.
        case watching
        /// A request has ended: its access log line.
        case line([UInt8])
        /// So many lines were lost, as they were not taken in time.
        case lost(Int)
        /// No worker is left; the next one is waited for.
        case gone
    }

    private let filter: LiveFilter
    private let path: String
    private let loop: EventLoop
    private let receive: (Event) -> Void
    private var calls: [LiveCall] = []
    private var hasWatched = false
    private lazy var timer = Timer(handler: self)

    /// How often somebody is looked for where nobody listens.
    private static let pause: Duration = .milliseconds(200)

    /// A reader that asks nobody yet.
    package init(
        _ filter: LiveFilter,
        stateDirectory: String,
        on loop: EventLoop,
        receive: @escaping (Event) -> Void
    ) {
        self.filter = filter
        path = stateDirectory + "/control.sock"
        self.loop = loop
        self.receive = receive
    }

    /// Why a worker tells nothing; nil as long as it may.
    package private(set) var refusal: String?

    /// Begins; false where no worker runs.
    package func start() throws(SystemError) -> Bool {
        try connect()
    }

    private func connect() throws(SystemError) -> Bool {
        guard let address = SocketAddress.unix(path) else { return false }
        do throws(SystemError) {
            let socket = try address.connect()
            let call = LiveCall(socket, .watch(filter), on: loop) { [unowned self] call, line in
                take(line, from: call)
            }
            calls.append(call)
            try loop.watch(call.descriptor, for: [.readable, .writable], handler: call)
            return true
        } catch  where error.isNobodyThere {
            return false
        }
    }

    private func take(_ line: [UInt8]?, from call: LiveCall) {
        guard let line else { return ended(call) }
        guard line.starts(with: Array(#"{"notice":"#.utf8)) else { return receive(.line(line)) }
        let notice = LiveNotice(line)
        switch notice.word {
        case "watching":
            hasWatched = true
            receive(.watching)
        case "lost": receive(.lost(notice.count))
        case "draining": loop.arm(timer, at: .now)
        case "refused": refusal = "too many watch already"
        default: return
        }
    }

    private func ended(_ call: LiveCall) {
        loop.unwatch(call.descriptor)
        calls.removeAll { $0 === call }
        if !hasWatched {
            refusal = refusal ?? "it does not know how: it is of an older version"
        } else if calls.isEmpty {
            receive(.gone)
            loop.arm(timer, at: .now + Self.pause)
        }
    }

    package func timerFired(_ timer: Timer) {
        do throws(SystemError) {
            if try !connect() { loop.arm(timer, at: .now + Self.pause) }
        } catch {
            loop.arm(timer, at: .now + Self.pause)
        }
    }
}

/// What a worker says that is no request.
private struct LiveNotice {
    var word = ""
    var count = 0

    init(_ line: [UInt8]) {
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(line.span).root
            word = root["notice"]?.string ?? ""
            count = Int(clamping: root["count"]?.integer ?? 0)
        } catch {
            return
        }
    }
}

/// A worker that tells.
private final class LiveCall: DescriptorHandler {
    private let loop: EventLoop
    private let socket: FileDescriptor
    private let receive: (LiveCall, [UInt8]?) -> Void
    private var output = ByteQueue()
    private var line: [UInt8] = []
    private var input = ByteQueue()

    init(
        _ socket: consuming FileDescriptor,
        _ request: ControlRequest,
        on loop: EventLoop,
        receive: @escaping (LiveCall, [UInt8]?) -> Void
    ) {
        self.loop = loop
        self.socket = socket
        self.receive = receive
        output.append(request.line.span)
        output.append(UInt8(ascii: "\n"))
    }

    var descriptor: CInt { socket.number }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        do throws(SystemError) {
            if readiness.contains(.writable), try output.write(to: socket.number) {
                loop.rewatch(descriptor, for: .readable)
            }
            while let count = try input.read(from: socket.number, upTo: 65_536) {
                guard count > 0, takeLines() else { return receive(self, nil) }
            }
        } catch {
            receive(self, nil)
        }
    }

    /// Tells the lines that are whole; false where one is too long.
    private func takeLines() -> Bool {
        var lines: [[UInt8]] = []
        input.withReadable { bytes in
            for index in bytes.indices {
                if bytes[index] == UInt8(ascii: "\n") {
                    lines.append(line)
                    line = []
                } else {
                    line.append(bytes[index])
                }
            }
        }
        input.reset()
        for line in lines { receive(self, line) }
        return line.count <= ControlRequest.longestAnswer
    }
}
