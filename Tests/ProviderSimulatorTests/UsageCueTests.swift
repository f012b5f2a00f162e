import JSON
import Model
import Testing

@testable import provider_simulator

/// Tokens told early, late, never, twice or wrongly, in every dialect.
@Suite struct UsageCueTests {
    private static let streams: [Route] = [
        .chat, .messages, .responses, .gemini(model: "sim", .streamGenerateContent),
    ]

    private func reply(_ cue: String, limit: Int? = nil) throws -> Reply {
        var question = Question(model: "sim")
        question.text = "one two three"
        question.inputTokens = 7
        question.outputLimit = limit
        return Reply(to: question, cue: try Cue.parse("sim+" + cue), id: "1", created: 1)
    }

    private func parsed(_ text: some StringProtocol) throws -> JSONValue {
        try JSONDocument.parse(Array(text.utf8).span).root
    }

    private func whole(_ reply: Reply, _ route: Route) throws -> JSONValue {
        switch route {
        case .messages: try parsed(MessagesShape.whole(reply))
        case .responses: try parsed(ResponsesShape.whole(reply))
        case .gemini: try parsed(GeminiShape.whole(reply))
        default: try parsed(ChatShape.whole(reply))
        }
    }

    private func script(_ reply: Reply, _ route: Route, isAsked: Bool = true) -> StreamScript {
        switch route {
        case .messages: MessagesShape.script(reply)
        case .responses: ResponsesShape.script(reply)
        case .gemini: GeminiShape.script(reply, .events)
        default: ChatShape.script(reply, includesUsage: isAsked)
        }
    }

    /// The events before the content, with it, and behind it.
    private func events(_ script: StreamScript) throws -> [[JSONValue]] {
        var content: [UInt8] = []
        for index in 0..<script.count { script.append(index, stamp: nil, to: &content) }
        return try [script.opening, content, script.closing].map(objects)
    }

    private func objects(_ bytes: [UInt8]) throws -> [JSONValue] {
        try String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { $0.hasPrefix("data: {") }.map { try parsed($0.dropFirst("data: ".count)) }
    }

    /// The input and output tokens that a value tells; nil when it tells none.
    private func told(_ value: JSONValue) -> [Int64?]? {
        let usage =
            value["usage"] ?? value["message"]?["usage"] ?? value["response"]?["usage"]
            ?? value["usageMetadata"]
        guard let usage, !usage.isNull else { return nil }
        let input = usage["prompt_tokens"] ?? usage["input_tokens"] ?? usage["promptTokenCount"]
        let output =
            usage["completion_tokens"] ?? usage["output_tokens"] ?? usage["candidatesTokenCount"]
        let thoughts = usage["thoughtsTokenCount"]?.integer ?? 0
        return [input?.integer, output?.integer.map { $0 + thoughts }]
    }

    @Test(arguments: streams)
    func `what is never told is told nowhere`(route: Route) throws {
        let reply = try reply("usage=never")
        #expect(told(try whole(reply, route)) == nil)
        #expect(try events(script(reply, route)).joined().allSatisfy { told($0) == nil })
    }

    @Test(arguments: streams)
    func `what is told as zero is all zero`(route: Route) throws {
        let reply = try reply("usage=zero+cached=5+cache-write=5+hidden=5+spend=5")
        #expect(told(try whole(reply, route)) == [0, 0])
        let all = try events(script(reply, route)).joined().compactMap(told)
        #expect(!all.isEmpty && all.joined().allSatisfy { $0 ?? 0 == 0 })
    }

    @Test(arguments: streams)
    func `what is told early is told before the content alone`(route: Route) throws {
        let reply = try reply("usage=early")
        let events = try events(script(reply, route, isAsked: false))
        #expect(events[0].compactMap(told).last == [7, 3])
        #expect(events[1...].joined().allSatisfy { told($0) == nil })
        #expect(told(try whole(reply, route)) == [7, 3])
    }

    @Test(arguments: streams)
    func `what is told late is told at the end alone, asked for or not`(route: Route) throws {
        let events = try events(script(try reply("usage=late"), route, isAsked: false))
        #expect(events[..<2].joined().allSatisfy { told($0) == nil })
        #expect(events[2].compactMap(told) == [[7, 3]])
        let reasons = events[2].map { event in
            event["choices"]?.elements.first?["finish_reason"]?.string
                ?? event["delta"]?["stop_reason"]?.string
                ?? event["candidates"]?.elements.first?["finishReason"]?.string
        }
        let place = events[2].firstIndex { told($0) != nil } ?? 0
        // A response's last event is the one that says why it ended.
        #expect(route == .responses || reasons[..<place].contains { $0 != nil })
    }

    @Test(arguments: streams)
    func `what is told twice is the same in both places`(route: Route) throws {
        let all = try events(script(try reply("usage=twice"), route)).joined().compactMap(told)
        #expect(all.count { $0 == [7, 3] } >= (route == .messages ? 1 : 2))
        #expect(all.count { $0[1] == 3 } >= 2)
    }

    @Test(arguments: streams)
    func `as many tokens are told as a cue says`(route: Route) throws {
        #expect(told(try whole(try reply("spend=123"), route)) == [7, 123])
        #expect(told(try whole(try reply("spend=max", limit: 99), route)) == [7, 99])
        #expect(told(try whole(try reply("spend=max"), route)) == [7, 3])
        let hidden = try reply("hidden=40")
        #expect(hidden.reasoningTokens == 40)
        #expect(told(try whole(hidden, route)) == [7, 43])
        let last = try events(script(hidden, route)).joined().compactMap(told).last
        #expect(last?[1] == 43)
    }

    @Test(arguments: streams)
    func `an error tells tokens only on cue`(route: Route) throws {
        func failure(_ cue: String) throws -> [JSONValue] {
            try objects(script(try reply(cue), route).failure)
        }
        #expect(try failure("error-event=1").compactMap(told) == [])
        #expect(try failure("error-event=1+usage-in-error=1").compactMap(told) == [[7, 3]])
    }

    @Test(
        arguments: [
            (Route.chat, "{\"model\":\"sim-fast+spend=max\",\"max_tokens\":50}"),
            (.chat, "{\"model\":\"sim+spend=max\",\"max_completion_tokens\":50}"),
            (.messages, "{\"model\":\"sim+spend=max\",\"max_tokens\":50}"),
            (.responses, "{\"model\":\"sim+spend=max\",\"max_output_tokens\":50}"),
            (
                .gemini(model: "sim+spend=max", .generateContent),
                "{\"generationConfig\":{\"maxOutputTokens\":50}}"
            ),
        ]
    )
    func `a request's limit is told, also in an answer to the same name`(
        route: Route,
        body: String
    ) throws {
        let maker = AnswerMaker(keys: [], series: 0)
        for limit in [50, 51] {
            let body = body.replacing("50", with: "\(limit)")
            let input = try inputTokens(route, body)
            #expect(told(try answer(of: maker, route, body)) == [Int64(input), Int64(limit)])
        }
    }

    @Test(arguments: [
        Route.chat, .messages,
        .gemini(model: "sim+status=429+usage-in-error=1+spend=9", .generateContent),
    ])
    func `an answer that is an error tells tokens on cue`(route: Route) throws {
        let maker = AnswerMaker(keys: [], series: 0)
        let value = try answer(
            of: maker,
            route,
            "{\"model\":\"sim+status=429+usage-in-error=1+spend=9\"}"
        )
        #expect(value["error"] != nil)
        #expect(told(value)?[1] == 9)
    }

    private func inputTokens(_ route: Route, _ body: String) throws -> Int {
        let bytes = Array(body.utf8)
        if case .gemini(let model, let verb) = route {
            return try Question.scan(bytes.span, model: model, verb).inputTokens
        }
        return try Question.scan(bytes.span).inputTokens
    }

    private func answer(of maker: AnswerMaker, _ route: Route, _ body: String) throws -> JSONValue {
        let service = maker.serve(RequestLine(), route, Array(body.utf8).span)
        guard case .whole(let bytes, let start) = service.answer else {
            Issue.record("no whole answer")
            return try parsed("{}")
        }
        return try parsed(String(decoding: bytes[start...], as: UTF8.self))
    }

    @Test func `embeddings tell nothing or zero on cue`() throws {
        var question = Question(model: "sim")
        question.inputs = ["x"]
        #expect(try parsed(ListShape.embeddings(question, .never))["usage"] == nil)
        let zero = try parsed(ListShape.embeddings(question, .zero))
        #expect(zero["usage"]?["prompt_tokens"]?.integer == 0)
    }

    @Test func `a gate counts who waits`() {
        let gate = Gate()
        gate.note(waiting: 1)
        #expect(!gate.isOpen)
        #expect(gate.json == #"{"open":false,"waiting":1}"#)
        gate.set(isOpen: true)
        #expect(gate.isOpen)
    }

    @Test(arguments: ["usage=now", "usage=", "spend=least", "spend=-1", "hidden=x", "gate=yes"])
    func `a slip in a cue is told`(cue: String) {
        #expect(throws: CueError.self) { try Cue.parse("sim+" + cue) }
    }
}
