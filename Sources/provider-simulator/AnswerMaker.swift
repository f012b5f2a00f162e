import Glibc

/// Makes the answers of one loop.
final class AnswerMaker {
    private let keys: [String]
    private let series: Int
    private var lastNumber = 0
    /// How many requests came of each name that asks for something only now and then.
    private var counts: [String: Int] = [:]
    /// The last `sim-fast` answer: the same question has the same answer.
    private var prepared: Prepared?

    private struct Prepared {
        let route: Route
        let model: String
        let isStream: Bool
        let includesUsage: Bool
        let service: Service
    }

    /// A maker that accepts these credentials, any when there are none.
    init(keys: [String], series: Int) {
        self.keys = keys
        self.series = series
    }

    /// The answer to a request that is complete.
    func serve(_ line: RequestLine, _ route: Route, _ body: Span<UInt8>) -> Service {
        var head = Head(family: route.family)
        if case .models = route, line.namesAnthropicVersion { head.family = .anthropic }
        if case .model = route, line.namesAnthropicVersion { head.family = .anthropic }
        guard keys.isEmpty || keys.contains(line.credential) else {
            return fail(401, head, ErrorShape.badCredential(line.credential, head.family))
        }
        switch route {
        case .models:
            return Service(answer: .whole(named(head), ListShape.models(head.family)))
        case .model("no-such-model"):
            return fail(404, head, "The model `no-such-model` does not exist")
        case .model(let name):
            return Service(answer: .whole(named(head), ListShape.item(name, head.family)))
        case .plain, .listening, .images:
            return servePlain(line, route, head, body)
        case .unknown, .requests:
            return fail(404, head, "Invalid URL (\(line.method) \(line.path))")
        case .chat, .responses, .messages, .countTokens, .embeddings:
            return serveQuestion(line, route, head, body)
        }
    }

    private func serveQuestion(
        _ line: RequestLine,
        _ route: Route,
        _ head: Head,
        _ body: Span<UInt8>
    ) -> Service {
        var question: Question
        do throws(QuestionError) {
            question = try Question.scan(body)
        } catch {
            return fail(400, head, error.text)
        }
        if let prepared, prepared.route == route, prepared.model == question.model,
            prepared.isStream == question.isStream,
            prepared.includesUsage == question.includesUsage
        {
            return prepared.service
        }
        var cue: Cue
        do throws(CueError) {
            cue = try Cue.parse(question.model)
        } catch {
            return fail(400, head, error.text)
        }
        if let every = cue.every, !isTurn(of: question.model, every) {
            cue = Cue(isFast: cue.isFast, every: every)
        }
        var service = serve(&question, cue, line, route, head, body)
        service.cue = cue
        service.model = question.model
        if cue.isFast, cue.failKeys.isEmpty, cue.every == nil {
            prepared = Prepared(
                route: route,
                model: question.model,
                isStream: question.isStream,
                includesUsage: question.includesUsage,
                service: service
            )
        }
        return service
    }

    /// Whether a request of that name is one of those that something happens to.
    private func isTurn(of model: String, _ every: Int) -> Bool {
        // Names are the client's: what is counted has an end.
        if counts.count >= 1024 { counts.removeAll() }
        let count = (counts[model] ?? 0) + 1
        counts[model] = count
        return count % max(1, every) == 0
    }

    private func serve(
        _ question: inout Question,
        _ cue: Cue,
        _ line: RequestLine,
        _ route: Route,
        _ base: Head,
        _ body: Span<UInt8>
    ) -> Service {
        var head = named(base)
        head.isHostile = cue.isHostile
        if let failure = failure(question, cue, line, head) { return failure }
        if !cue.isFast {
            do throws(QuestionError) {
                try question.understand(body, for: route)
            } catch {
                return fail(400, head, error.text)
            }
        }
        switch route {
        case .countTokens:
            return Service(answer: .whole(head, ListShape.tokenCount(question)))
        case .embeddings:
            return Service(answer: .whole(head, ListShape.embeddings(question)))
        default:
            let reply = Reply(to: question, cue: cue, id: head.id, created: time(nil))
            return Service(answer: shape(reply, question, cue, route, head))
        }
    }

    private func shape(
        _ reply: Reply,
        _ question: Question,
        _ cue: Cue,
        _ route: Route,
        _ head: Head
    ) -> Answer {
        guard question.isStream || cue.bytes != nil else {
            let body =
                switch route {
                case .messages: MessagesShape.whole(reply)
                case .responses: ResponsesShape.whole(reply)
                default: ChatShape.whole(reply)
                }
            return .whole(head, body)
        }
        var script =
            switch route {
            case .messages: MessagesShape.script(reply)
            case .responses: ResponsesShape.script(reply)
            default: ChatShape.script(reply, includesUsage: question.includesUsage)
            }
        if let bytes = cue.bytes, let piece = reply.pieces.first {
            script.count = max(1, bytes / max(1, piece.utf8.count))
        }
        return .stream(head, script)
    }

    /// The faults that are answers of their own.
    private func failure(
        _ question: Question,
        _ cue: Cue,
        _ line: RequestLine,
        _ head: Head
    ) -> Service? {
        if question.model.hasSuffix("no-such-model") {
            return fail(404, head, "The model `\(question.model)` does not exist")
        }
        let isMeant =
            cue.failKeys.isEmpty ? cue.status != nil : cue.failKeys.contains(line.credential)
        if isMeant {
            let status = cue.status ?? 401
            var head = head
            head.retryAfter = cue.retryAfter
            return fail(
                status,
                head,
                status == 401 ? ErrorShape.badCredential(line.credential, head.family) : nil
            )
        }
        if cue.isEmpty {
            return Service(answer: question.isStream ? .stream(head, .silent) : .whole(head, ""))
        }
        if cue.isGarbage {
            return Service(
                answer: question.isStream
                    ? .stream(head, .garbage)
                    : .whole(head, "<html><body>502 Bad Gateway</body></html>")
            )
        }
        return nil
    }

    /// Answers what is not looked into beyond its model: a path of JSON or of a form.
    private func servePlain(
        _ line: RequestLine,
        _ route: Route,
        _ head: Head,
        _ body: Span<UInt8>
    ) -> Service {
        let head = named(head)
        var question = Question(model: "")
        let fields: [String: String]
        if let form = FormFields(contentType: line.contentType, body: body) {
            fields = form.fields
            question.model = form.fields["model"] ?? ""
        } else {
            fields = [:]
            do throws(QuestionError) {
                question = try Question.scan(body)
            } catch {
                question.model = ""
            }
        }
        let cue: Cue
        do throws(CueError) {
            cue = try Cue.parse(question.model)
        } catch {
            return fail(400, head, error.text)
        }
        question.isStream = false
        var service =
            failure(question, cue, line, head)
            ?? Service(answer: plainAnswer(route, fields, head, bodyLength: body.count))
        service.cue = cue
        service.model = question.model.isEmpty ? nil : question.model
        return service
    }

    private func plainAnswer(
        _ route: Route,
        _ fields: [String: String],
        _ base: Head,
        bodyLength: Int
    ) -> Answer {
        switch route {
        case .listening:
            let text = fields["prompt"] ?? "heard \(bodyLength) bytes"
            guard fields["response_format"] == "text" else {
                return .whole(base, "{\"text\":\(quoted(text))}")
            }
            var head = base
            head.contentType = "text/plain; charset=utf-8"
            return .whole(head, text + "\n")
        case .images:
            return .whole(
                base,
                "{\"created\":\(time(nil)),\"data\":[{\"b64_json\":\"iVBORw0KGgo=\"}]}"
            )
        default:
            return .whole(base, ListShape.plain(id: base.id, bodyLength: bodyLength))
        }
    }

    private func fail(_ status: Int, _ head: Head, _ message: String?) -> Service {
        var head = head.id.isEmpty ? named(head) : head
        head.status = status
        let body = ErrorShape.body(status, head.family, message: message, id: head.id)
        return Service(answer: .whole(head, body))
    }

    /// The head with an id of its own.
    private func named(_ head: Head) -> Head {
        var head = head
        lastNumber += 1
        let digits = String(lastNumber, radix: 16)
        head.id = "\(series)" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        return head
    }
}

extension StreamScript {
    /// A head and no event.
    static let silent = StreamScript(bytes: "")

    /// Events that are not JSON.
    static let garbage = StreamScript(
        bytes: event("<html>") + event("{\"choices\": [") + "\0\0\n\n"
    )

    private init(bytes: String) {
        self.init(
            opening: Array(bytes.utf8),
            prefix: [],
            suffix: .fixed([]),
            pieces: [],
            count: 0,
            closing: [],
            failure: [],
            ping: []
        )
    }
}
