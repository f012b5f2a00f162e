import Curl
import Glibc
import Platform

/// A handler that writes down what it is told, and lets the test act on it.
final class Recorder: TransferHandler {
    private(set) var status: Int?
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private(set) var byteCount = 0
    private(set) var headCount = 0
    private(set) var outcome: TransferOutcome?
    private(set) var endCount = 0

    /// Whether the body is kept, not only counted.
    var keepsBody = true
    var onHead: (Transfer) -> Void = { _ in }
    var onBytes: (Transfer) -> Void = { _ in }
    var onEnd: (Transfer, TransferOutcome) -> Void = { _, _ in }

    var text: String { String(decoding: body, as: UTF8.self) }

    var failure: TransferFailure? {
        guard case .failed(let failure) = outcome else { return nil }
        return failure
    }

    /// The values of a field.
    func values(of name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    func transferReceivedHead(_ transfer: Transfer, status: Int, headers: HeaderBlock) {
        headCount += 1
        self.status = status
        headers.forEach { name, value in
            fields.append((text(of: name), text(of: value)))
        }
        onHead(transfer)
    }

    func transferReceived(_ transfer: Transfer, _ bytes: Span<UInt8>) {
        byteCount += bytes.count
        if keepsBody {
            for index in bytes.indices { body.append(bytes[index]) }
        }
        onBytes(transfer)
    }

    func transferEnded(_ transfer: Transfer, _ outcome: TransferOutcome) {
        endCount += 1
        self.outcome = outcome
        onEnd(transfer, outcome)
    }

    private func text(of bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

/// A loop, a pool and what tests do with them.
struct Bench {
    let loop: EventLoop
    let pool: TransferPool

    init(settings: TransferSettings = TransferSettings(), loop: EventLoop? = nil) throws {
        Bench.library
        let loop = try loop ?? EventLoop()
        self.loop = loop
        pool = TransferPool(loop: loop, settings: settings)
    }

    /// The environment names a proxy that does not exist: a transfer that looked there would fail.
    private static let library: Void = {
        for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
            unsafe setenv(name, "http://127.0.0.1:1", 1)
        }
        CurlLibrary.initialize()
    }()

    /// Runs turns until the condition holds; false when it does not within the time.
    @discardableResult
    func run(for longest: Duration = .seconds(10), until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + longest
        while !condition() {
            let left = deadline - ContinuousClock.now
            if left <= .zero { return false }
            loop.turn(waiting: left)
        }
        return true
    }

    /// Runs turns for a time, whatever happens.
    func run(for time: Duration) {
        run(for: time) { false }
    }

    /// Starts a request under the operator's rules.
    @discardableResult
    func start(_ request: TransferRequest, _ recorder: Recorder) -> Transfer {
        pool.start(request, handler: recorder)
    }

    /// Runs one request to its end.
    func perform(_ request: TransferRequest, _ recorder: Recorder = Recorder()) -> Recorder {
        pool.start(request, handler: recorder)
        run { recorder.outcome != nil }
        return recorder
    }

    /// A request for a loopback upstream.
    func get(_ url: String) -> TransferRequest {
        TransferRequest(
            method: .get,
            url: url,
            addressRule: .operatorProvider(isPlainHTTP: true)
        )
    }
}

/// A whole answer with a Content-Length.
func answer(_ body: String, status: String = "200 OK", fields: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
