package import ControlPlane
import JSON
package import Platform
package import Routing

/// The command line's end of `control.sock`.
package enum ControlClient {
    /// Why a worker could not be asked, or what it refused.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// It did not answer in time, or broke off.
        case noAnswer(path: String)
        /// What is asked for has more bytes than a worker takes.
        case tooLong
        /// The socket can't be used.
        case system(SystemError)
        /// It refused what it was told to take over.
        case refused(String)

        /// Whether it may be asked again.
        package var isBrokenOff: Bool {
            switch self {
            case .noAnswer: true
            case .tooLong, .system, .refused: false
            }
        }

        package var description: String {
            switch self {
            case .noAnswer(let path):
                "the running worker did not answer at \(path); see its log"
            case .tooLong: "that is too long: \(ControlRequest.longestLine) bytes are the most"
            case .system(let error): "\(error)"
            case .refused(let reason): "the running worker refused the reload: \(reason)"
            }
        }
    }

    /// How long a worker that broke off is left alone.
    private static let pause: Duration = .milliseconds(50)

    /// How long a worker may take: a whole reload of a large store is part of it.
    private static let patience: Duration = .seconds(60)

    /// How long a socket file without a listener is tried.
    private static let heirPatience: Duration = .milliseconds(300)

    /// Makes the running worker read its store up to a line, and waits until all its loops have.
    ///
    /// Returns at once when no worker runs: the next one reads the whole file.
    package static func awaitGeneration(
        stateDirectory: String,
        sequence: UInt64
    ) throws(Failure) {
        _ = try reload(stateDirectory: stateDirectory, sequence: sequence)
    }

    /// Makes the running worker read configuration and store again; nil when none runs.
    ///
    /// - Returns: what it has to say of the reload.
    package static func reload(
        stateDirectory: String,
        sequence: UInt64? = nil
    ) throws(Failure) -> [String]? {
        let request = ControlRequest.reload(sequence: sequence)
        guard let line = try ask(request, stateDirectory) else { return nil }
        guard let document = parse(line) else { throw .noAnswer(path: path(in: stateDirectory)) }
        if let reason = document.root["reason"]?.string { throw .refused(reason) }
        return document.root["notes"]?.elements.compactMap(\.string) ?? []
    }

    /// What the running worker does, as a JSON object; nil when none runs.
    package static func status(stateDirectory: String) throws(Failure) -> [UInt8]? {
        try ask(.status, stateDirectory)
    }

    /// What the running worker measured of models and keys of late, as a JSON object; nil when none
    /// runs.
    package static func metrics(stateDirectory: String) throws(Failure) -> [UInt8]? {
        try ask(.metrics, stateDirectory)
    }

    /// The same for who chooses among models; nil when no worker runs.
    package static func metricsReport(
        stateDirectory: String
    ) throws(Failure) -> MetricsReport? {
        guard let line = try metrics(stateDirectory: stateDirectory) else { return nil }
        guard let document = parse(line) else { throw .noAnswer(path: path(in: stateDirectory)) }
        return MetricsReport(document.root)
    }

    /// Has the running worker answer a request of the API, and a change be in force; nil when none
    /// runs.
    package static func call(
        _ call: LocalCall,
        stateDirectory: String
    ) throws(Failure) -> APIAnswer? {
        guard let line = try ask(.call(call), stateDirectory) else { return nil }
        guard let answer = APIAnswer(line: line.span) else {
            throw .noAnswer(path: path(in: stateDirectory))
        }
        return answer
    }

    /// Has the running worker give money to an account; nil when none runs.
    static func grant(
        _ order: GrantOrder,
        stateDirectory: String
    ) throws(Failure) -> GrantAnswer? {
        guard let line = try ask(.grant(order), stateDirectory) else { return nil }
        guard let answer = GrantAnswer(line: line.span) else {
            throw .noAnswer(path: path(in: stateDirectory))
        }
        return answer
    }

    /// Whether a worker listens.
    static func isWorkerThere(stateDirectory: String) throws(Failure) -> Bool {
        do throws(SystemError) {
            let loop = try EventLoop()
            defer { loop.close() }
            guard let socket = try connect(path(in: stateDirectory), on: loop) else { return false }
            _ = consume socket
            return true
        } catch {
            throw .system(error)
        }
    }

    private static func path(in stateDirectory: String) -> String {
        stateDirectory + "/control.sock"
    }

    private static func parse(_ line: [UInt8]) -> JSONDocument? {
        do throws(JSONParseError) {
            return try JSONDocument.parse(line.span)
        } catch {
            return nil
        }
    }

    private static func ask(
        _ request: ControlRequest,
        _ stateDirectory: String
    ) throws(Failure) -> [UInt8]? {
        let path = path(in: stateDirectory)
        let line = request.line
        guard line.count < ControlRequest.longestLine else { throw .tooLong }
        do throws(SystemError) {
            let loop = try EventLoop()
            guard let socket = try connect(path, on: loop) else { return nil }
            let call = ControlCall(socket, line, on: loop)
            try loop.watch(call.descriptor, for: [.writable, .readable], handler: call)
            let deadline = ContinuousClock.now + patience
            while !call.isOver, ContinuousClock.now < deadline {
                loop.turn(waiting: deadline - ContinuousClock.now)
            }
            loop.unwatch(call.descriptor)
            if let line = call.line { return line }
            if call.isOver { loop.turn(waiting: pause) }
        } catch {
            throw .system(error)
        }
        throw .noAnswer(path: path)
    }

    /// Nil where nobody listens: no worker runs.
    ///
    /// A socket file without a listener may be one whose worker died a moment ago, while others
    /// drain: one of those will listen there.
    private static func connect(
        _ path: String,
        on loop: EventLoop
    ) throws(SystemError) -> FileDescriptor? {
        guard let address = SocketAddress.unix(path) else { return nil }
        let deadline = ContinuousClock.now + heirPatience
        while true {
            do throws(SystemError) {
                return try address.connect()
            } catch  where error.isNobodyThere {
                guard error.isLeftBehind, ContinuousClock.now < deadline else { return nil }
                loop.turn(waiting: .milliseconds(10))
            }
        }
    }
}

/// One question and its answer.
private final class ControlCall: DescriptorHandler {
    private let loop: EventLoop
    private let socket: FileDescriptor
    private var output = ByteQueue()
    private var input = ByteQueue()
    private(set) var isOver = false

    init(
        _ socket: consuming FileDescriptor,
        _ line: [UInt8],
        on loop: EventLoop
    ) {
        self.loop = loop
        self.socket = socket
        output.append(line.span)
        output.append(UInt8(ascii: "\n"))
    }

    var descriptor: CInt { socket.number }

    /// The whole answer without its newline, nil while it is not there.
    var line: [UInt8]? {
        input.withReadable { bytes in
            guard bytes.count > 0, bytes[bytes.count - 1] == UInt8(ascii: "\n") else { return nil }
            return unsafe bytes.extracting(0..<bytes.count - 1)
                .withUnsafeBufferPointer { unsafe Array($0) }
        }
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        do throws(SystemError) {
            if readiness.contains(.writable), try output.write(to: socket.number) {
                loop.rewatch(descriptor, for: .readable)
            }
            while let count = try input.read(from: socket.number, upTo: 65_536) {
                guard count > 0, input.count <= ControlRequest.longestAnswer else {
                    isOver = true
                    return
                }
            }
            isOver = line != nil
        } catch {
            isOver = true
        }
    }
}
