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
        case .unknown, .requests, .gate:
            return fail(404, head, "Invalid URL (\(line.method) \(line.path))")
        case .chat, .responses, .messages, .countTokens, .embeddings, .gemini:
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
            if case .gemini(let model, let verb) = route {
                question = try Question.scan(body, model: model, verb)
            } else {
                question = try Question.scan(body)
            }
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
        if cue.isFast, cue.failKeys.isEmpty, cue.every == nil, cue.spending != .all,
            head.family != .google
        {
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
        let form = line.query.contains("alt=sse") ? GeminiShape.Form.events : .array
        head.isArray = question.isStream && head.family == .google && form == .array
        if let failure = failure(question, cue, line, head) { return failure }
        // What a request allows is not the same of each.
        if !cue.isFast || cue.spending == .all {
            do throws(QuestionError) {
                try question.understand(body, for: route, cue: cue)
            } catch {
                return fail(400, head, error.text, field: error.field)
            }
        }
        switch route {
        case .countTokens:
            return Service(answer: .whole(head, ListShape.tokenCount(question)))
        case .gemini(_, .countTokens):
            return Service(answer: .whole(head, GeminiShape.tokenCount(question.inputTokens)))
        case .embeddings:
            return Service(answer: .whole(head, ListShape.embeddings(question, cue.telling)))
        default:
            let reply = Reply(to: question, cue: cue, id: head.id, created: time(nil))
            return Service(answer: shape(reply, question, cue, route, head, form))
        }
    }

    private func shape(
        _ reply: Reply,
        _ question: Question,
        _ cue: Cue,
        _ route: Route,
        _ head: Head,
        _ form: GeminiShape.Form
    ) -> Answer {
        guard question.isStream || cue.bytes != nil else {
            let body =
                switch route {
                case .messages: MessagesShape.whole(reply)
                case .responses: ResponsesShape.whole(reply)
                case .gemini: GeminiShape.whole(reply)
                default: ChatShape.whole(reply)
                }
            return .whole(head, body)
        }
        var script =
            switch route {
            case .messages: MessagesShape.script(reply)
            case .responses: ResponsesShape.script(reply)
            case .gemini: GeminiShape.script(reply, form)
            default: ChatShape.script(reply, includesUsage: question.includesUsage)
            }
        if let bytes = cue.bytes, let piece = reply.sayings.last?.pieces.first {
            script.stretch(to: max(1, bytes / max(1, piece.utf8.count)))
        }
        if case .gemini = route, form == .array {
            return .stream(head, script, as: head.contentType)
        }
        return .stream(head, script)
    }

    /// The faults that are answers of their own.
    func failure(
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
                status == 401 ? ErrorShape.badCredential(line.credential, head.family) : nil,
                told: cue.tellsUsageInErrors ? told(question, cue, head.family) : ""
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

    /// An error of the dialect.
    func fail(
        _ status: Int,
        _ head: Head,
        _ message: String?,
        field: String? = nil,
        told: String = ""
    ) -> Service {
        var head = head.id.isEmpty ? named(head) : head
        head.status = status
        let body = ErrorShape.body(
            status,
            head.family,
            message: message,
            field: field,
            told: told,
            id: head.id
        )
        return Service(answer: .whole(head, head.isArray ? "[\(body)\n]" : body))
    }

    /// The tokens that an error tells.
    private func told(_ question: Question, _ cue: Cue, _ family: Family) -> String {
        let reply = Reply(to: question, cue: cue, id: "", created: 0)
        return switch family {
        case .openAI: ChatShape.told(reply)
        case .anthropic: MessagesShape.told(reply)
        case .google: GeminiShape.told(reply)
        }
    }

    /// The head with an id of its own.
    func named(_ head: Head) -> Head {
        var head = head
        lastNumber += 1
        let digits = String(lastNumber, radix: 16)
        head.id = "\(series)" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        return head
    }
}
