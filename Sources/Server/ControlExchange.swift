import Access
import ControlPlane
import FastCGI
import JSON
import Model
import Platform
import Relay

/// One request of the API, from its head to its end: it brings HTTP to the control plane and back.
final class ControlExchange: RequestDriver, TimerHandler {
    private let request: Request
    private var writer: ResponseWriter?
    private unowned let worker: WorkerLoop
    private let requestID: String
    private let start: ContinuousClock.Instant
    private var api: APIRequest
    private let authorization: Secret?
    /// The route, as the log names it; nil for what is at no path.
    private var endpoint: String?
    private var credential: APICredential?
    /// What it is refused for; the rest of its body is thrown away.
    private var refusal: APIError?

    /// The requests that one loop has under way at once: their bodies and answers are held.
    static let mostAtOnce = 64

    /// A request whose parameters are complete.
    init(
        _ request: Request,
        _ head: RequestHead,
        _ writer: consuming ResponseWriter,
        requestID: String,
        on worker: WorkerLoop
    ) {
        self.request = request
        self.writer = consume writer
        self.worker = worker
        self.requestID = requestID
        start = worker.loop.now
        let target = head.target
        api = APIRequest(
            request.parameter("REQUEST_METHOD") ?? "",
            target.path,
            query: target.query,
            at: Timestamp(milliseconds: WallClock.milliseconds())
        )
        api.contentType = request.parameter("CONTENT_TYPE") ?? ""
        api.ifMatch = request.parameter("HTTP_IF_MATCH")
        api.idempotencyKey = request.parameter("HTTP_IDEMPOTENCY_KEY")
        api.address = request.parameter("REMOTE_ADDR")
        authorization = request.parameter("HTTP_AUTHORIZATION").map { Secret($0) }
    }

    /// Decides what can be decided without the body.
    func begin(isOverloaded: Bool) {
        do throws(APIError) {
            let (route, _) = try ControlPlane.route(api.method, api.path)
            endpoint = "\(api.method) \(route.path)"
            credential = try APICredential(authorization: authorization?.exposed)
            if isOverloaded {
                throw APIError(.busy, "Too many requests of the API are under way; try again.")
            }
        } catch {
            refusal = error
        }
    }

    func receiveBody(_ bytes: Span<UInt8>) {
        guard refusal == nil else { return }
        guard api.body.count + bytes.count <= APIRequest.longestBody else {
            api.body = []
            refusal = APIError(
                .bodyTooLong,
                "The body has more than \(APIRequest.longestBody) bytes."
            )
            return
        }
        unsafe bytes.withUnsafeBufferPointer { unsafe api.body.append(contentsOf: $0) }
    }

    func bodyEnded() {
        if let refusal { return answer(ControlReply(refusal.answer)) }
        ask()
        api.body = []
    }

    private func ask() {
        guard let credential else { return }
        worker.ask(ControlQuestion(api, with: credential), for: self)
    }

    /// What was asked for is done all the same; nobody hears of it.
    func clientLeft() {
        if source != nil { logEvents() }
        end()
    }

    func clientCaughtUp() {
        sendEvents()
    }

    /// Takes what the control plane says.
    func answer(_ reply: ControlReply) {
        guard writer != nil else { return }
        switch reply.outcome {
        case .answer(let answer): source == nil ? send(answer, to: reply.caller) : endEvents()
        case .events(let filter):
            guard let source else { return beginEvents(filter, for: reply.caller) }
            // The account of the key may have changed.
            if source.filter != filter { endEvents() }
        }
    }

    private func send(_ answer: APIAnswer, to caller: APICaller?) {
        let head = ControlExchange.head(of: answer, requestID)
        writer?.write(Array(head.utf8).span)
        if api.method != "HEAD" { writer?.write(answer.body.span) }
        log(answer.status, answer.errorCode, byteCount: answer.body.count, to: caller)
        writer.take()?.finish()
        end()
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        writer = nil
        if let source {
            worker.loop.cancel(timer)
            worker.forget(source)
        } else {
            worker.controlEnded()
        }
    }

    private var isEnded = false

    // MARK: Events

    /// Where the events come from; nil where this is no stream of events, or not yet.
    private var source: EventSource?
    private var watcher: APICaller?
    private var eventBytes = 0
    private lazy var timer = Timer(handler: self)

    private func beginEvents(_ filter: LiveFilter, for caller: APICaller?) {
        var answer = APIAnswer(200)
        answer.headers = [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")]
        guard api.method != "HEAD" else { return send(answer, to: caller) }
        guard let source = worker.watch(filter, for: self) else {
            let error = APIError(.busy, "Too many watch already, or the gateway is ending.")
            return send(error.answer, to: caller)
        }
        // It holds no body and no answer: others may have its place.
        worker.controlEnded()
        self.source = source
        watcher = caller
        writer?.write(Array(ControlExchange.head(of: answer, requestID).utf8).span)
        write(EventSource.beginning)
        worker.loop.arm(timer, at: worker.loop.now + EventSource.heartbeat)
    }

    private func write(_ events: [UInt8]) {
        eventBytes += events.count
        writer?.write(events.span)
    }

    /// Sends what has come, as far as the client keeps up.
    func sendEvents() {
        guard let source, writer?.isAboveHighWater == false else { return }
        let events = source.take()
        if !events.isEmpty { write(events) }
    }

    /// The stream is alive, as long as the management key still opens it.
    func timerFired(_ timer: Timer) {
        if writer?.isAboveHighWater == false { write(EventSource.sign) }
        api.moment = Timestamp(milliseconds: WallClock.milliseconds())
        ask()
        worker.loop.arm(timer, at: worker.loop.now + EventSource.heartbeat)
    }

    /// Ends the stream; the client will ask again.
    func endEvents() {
        guard source != nil else { return }
        sendEvents()
        logEvents()
        writer.take()?.finish()
        end()
    }

    private func logEvents() {
        log(200, nil, byteCount: eventBytes, to: watcher)
    }

    // MARK: The head and the log

    private static func head(of answer: APIAnswer, _ requestID: String) -> String {
        var lines = "Status: \(answer.status) \(reasonPhrase(of: answer.status))\r\n"
        if !answer.body.isEmpty {
            lines += "Content-Type: application/json\r\nContent-Length: \(answer.body.count)\r\n"
        }
        // A secret may be in it, and what another program takes it for is none of its business.
        lines += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        lines += "Ngrok-AIG-Request-Id: \(requestID)\r\n"
        for (name, value) in answer.headers { lines += "\(name): \(headerValue(value))\r\n" }
        return lines + "\r\n"
    }

    /// Never a path or a query as it came: somebody may have put a token there.
    private func log(_ status: Int, _ code: String?, byteCount: Int, to caller: APICaller?) {
        worker.log { writer in
            writer.beginObject()
            writer.member("time", Timestamp(milliseconds: WallClock.milliseconds()).description)
            writer.member("request_id", requestID)
            writer.member("surface", "control")
            writer.member("endpoint", endpoint ?? "unknown")
            if let caller {
                writer.member("caller", caller.author)
                writer.member("role", caller.scope.role.rawValue)
            }
            writer.member("status", status)
            if let code { writer.member("error", code) }
            writer.member("bytes", byteCount)
            let (seconds, attoseconds) = (worker.loop.now - start).components
            writer.member(
                "duration_us",
                Int(clamping: seconds * 1_000_000) + Int(attoseconds / 1_000_000_000_000)
            )
            writer.endObject()
        }
    }
}
