import Crypto
import FastCGI
import Platform

/// The responder of one loop: tells a provider's calls from questions about what was received.
final class Simulator: Responder {
    private let loop: EventLoop
    private let maker: AnswerMaker
    private let book: RecordBook?
    private let gate: Gate
    /// The last request's way: most are like the one before.
    private var last = (method: "", path: "", route: Route.unknown)

    /// A responder that keeps records when it is given a book.
    init(loop: EventLoop, maker: AnswerMaker, book: RecordBook?, gate: Gate) {
        self.loop = loop
        self.maker = maker
        self.book = book
        self.gate = gate
    }

    func requestBegan(_ request: Request, _ writer: consuming ResponseWriter) {
        let line = RequestLine(request)
        let route = route(of: line)
        request.context = Call(
            line,
            route,
            record: route.isOwn ? nil : record(line, request),
            writer: writer,
            loop: loop,
            book: book,
            gate: gate
        )
        request.discardParameters()
    }

    private func route(of line: RequestLine) -> Route {
        if last.path != line.path || last.method != line.method {
            last = (line.method, line.path, Route(method: line.method, path: line.path))
        }
        return last.route
    }

    func requestReceivedBody(_ request: Request, _ bytes: Span<UInt8>) {
        guard let call = request.context as? Call else { return }
        unsafe bytes.withUnsafeBufferPointer { unsafe call.body.append(contentsOf: $0) }
    }

    func requestBodyEnded(_ request: Request) {
        guard let call = request.context as? Call else { return }
        if call.route == .requests { return call.begin(tell(call.line)) }
        if call.route == .gate { return call.begin(turn(call.line)) }
        let body = call.body
        let service = maker.serve(call.line, call.route, body.span)
        complete(call, model: service.model)
        call.body = []
        call.begin(service)
    }

    func requestAborted(_ request: Request) {
        (request.context as? Call)?.abort()
    }

    func requestDrained(_ request: Request) {
        (request.context as? Call)?.drained()
    }

    /// Opens or closes the gate, and tells how it is.
    private func turn(_ line: RequestLine) -> Service {
        switch line.method {
        case "POST": gate.set(isOpen: true)
        case "DELETE": gate.set(isOpen: false)
        default: break
        }
        return Service(answer: .whole(Head(), gate.json))
    }

    // MARK: Records

    private func record(_ line: RequestLine, _ request: Request) -> Int? {
        guard let book else { return nil }
        var record = RecordBook.Record()
        record.method = line.method
        record.path = line.path
        record.query = line.query
        record.headers = RecordBook.headers(of: request)
        record.start = unixMilliseconds()
        return book.add(record)
    }

    private func complete(_ call: Call, model: String?) {
        guard let book, let number = call.record else { return }
        let hash = SHA256.hash(data: call.body).map { hexadecimal($0) }.joined()
        let length = call.body.count
        book.update(number) { record in
            record.bodyHash = hash
            record.bodyLength = length
            record.model = model
        }
    }

    /// Answers a question about what was received, or forgets it.
    private func tell(_ line: RequestLine) -> Service {
        guard let book else {
            return Service(answer: .whole(Head(status: 404), "{\"error\":\"no records are kept\"}"))
        }
        switch line.method {
        case "GET":
            let since = line.query.split(separator: "&").first { $0.hasPrefix("since=") }
            let number = since.flatMap { Int($0.dropFirst("since=".count)) } ?? 0
            return Service(answer: .whole(Head(), book.json(since: number)))
        case "DELETE":
            book.clear()
            return Service(answer: .whole(Head(), "{}"))
        default:
            return Service(answer: .whole(Head(status: 405), "{\"error\":\"GET or DELETE\"}"))
        }
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 2 ? digits : "0\(digits)"
}
