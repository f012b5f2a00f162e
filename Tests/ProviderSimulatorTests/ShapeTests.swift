import JSON
import Testing

@testable import provider_simulator

/// Thoughts and calls in every dialect, whole and streamed.
@Suite struct ShapeTests {
    private static let routes: [Route] = [
        .chat, .messages, .responses, .gemini(model: "sim", .streamGenerateContent),
    ]

    private func reply(_ cue: String, tools: Bool = true) throws -> Reply {
        let cue = try Cue.parse("sim+" + cue)
        let schema = #"{"type":"object","properties":{"city":{"type":"string"}}}"#
        let tool = "{\"name\":\"weather\",\"parameters\":\(schema)}"
        let body = """
            {"model":"sim","messages":[{"role":"user","content":"Ghent"}]\
            \(tools ? ",\"tools\":[\(tool)]" : "")}
            """
        var question = Question(model: "sim")
        try question.understand(Array(body.utf8).span, for: .chat, cue: cue)
        question.tellsEncrypted = true
        return Reply(to: question, cue: cue, id: "1", created: 1)
    }

    private func events(_ script: StreamScript) throws -> [JSONValue] {
        var bytes = script.opening
        for index in 0..<script.count { script.append(index, stamp: nil, to: &bytes) }
        bytes += script.closing
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return try lines.filter { $0.hasPrefix("data: {") }.map { line in
            try JSONDocument.parse(Array(line.dropFirst("data: ".count).utf8).span).root
        }
    }

    private func whole(_ reply: Reply, _ route: Route) throws -> JSONValue {
        let text =
            switch route {
            case .messages: MessagesShape.whole(reply)
            case .responses: ResponsesShape.whole(reply)
            case .gemini: GeminiShape.whole(reply)
            default: ChatShape.whole(reply)
            }
        return try JSONDocument.parse(Array(text.utf8).span).root
    }

    private func streamed(_ reply: Reply, _ route: Route) throws -> [JSONValue] {
        switch route {
        case .messages: try events(MessagesShape.script(reply))
        case .responses: try events(ResponsesShape.script(reply))
        case .gemini: try events(GeminiShape.script(reply, .events))
        default: try events(ChatShape.script(reply, includesUsage: true))
        }
    }

    /// All strings in a value under a name.
    private func strings(_ value: JSONValue, named name: String) -> [String] {
        value.members.flatMap { member in
            (member.name == name ? member.value.string.map { [$0] } ?? [] : [])
                + strings(member.value, named: name)
        } + value.elements.flatMap { strings($0, named: name) }
    }

    @Test(arguments: routes)
    func `two calls stand beside each other`(route: Route) throws {
        let reply = try reply("calls=2")
        #expect(strings(try whole(reply, route), named: "name") == ["weather", "weather"])
        let events = try streamed(reply, route)
        let names = events.flatMap { strings($0, named: "name") }
        #expect(names.count(where: { $0 == "weather" }) >= 2)
        let ids = Set(events.flatMap { strings($0, named: "id") + strings($0, named: "call_id") })
        switch route {
        case .chat: #expect(ids.isSuperset(of: ["call_1", "call_1_1"]))
        case .messages: #expect(ids.isSuperset(of: ["toolu_011", "toolu_011_1"]))
        case .responses: #expect(ids.isSuperset(of: ["call_1", "call_1_1", "fc_1", "fc_1_1"]))
        default: break
        }
    }

    @Test(arguments: routes)
    func `thoughts come before the text, signed where they can be`(route: Route) throws {
        let reply = try reply("think=2", tools: false)
        let thought = "Thought 1. Thought 2. "
        let said = String(decoding: text(of: try whole(reply, route)), as: UTF8.self)
        #expect(said.contains(thought))
        let events = try streamed(reply, route).map {
            String(decoding: text(of: $0), as: UTF8.self)
        }
        #expect(events.contains { $0.contains("Thought 1. ") && !$0.contains("Thought 2") })
        if route != .chat {
            #expect(said.contains(Signature.text(of: thought)))
            #expect(events.contains { $0.contains(Signature.text(of: thought)) })
        }
        #expect(reply.reasoningTokens == 2)
    }

    @Test(
        arguments: [
            (Route.chat, ["usage", "prompt_tokens"], 27),
            (.chat, ["usage", "prompt_tokens_details", "cached_tokens"], 20),
            (.messages, ["usage", "input_tokens"], 1),
            (.messages, ["usage", "cache_read_input_tokens"], 20),
            (.messages, ["usage", "cache_creation_input_tokens"], 6),
            (.responses, ["usage", "input_tokens"], 27),
            (.responses, ["usage", "input_tokens_details", "cached_tokens"], 20),
            (.gemini(model: "sim", .generateContent), ["usageMetadata", "promptTokenCount"], 27),
            (
                .gemini(model: "sim", .generateContent),
                ["usageMetadata", "cachedContentTokenCount"], 20
            ),
        ]
    )
    func `the cache is counted as each provider counts it`(
        route: Route,
        path: [String],
        count: Int
    ) throws {
        let answer = try whole(try reply("cached=20+cache-write=6"), route)
        let found = path.reduce(answer as JSONValue?) { $0?[$1] }
        #expect(found?.integer == Int64(count))
    }

    @Test func `an array of Gemini's is one, broken off or not`() throws {
        let script = GeminiShape.script(try reply("events=2", tools: false), .array)
        var bytes = script.opening
        for index in 0..<script.count { script.append(index, stamp: nil, to: &bytes) }
        let whole = try JSONDocument.parse((bytes + script.closing).span).root
        #expect(whole.elements.count == 3)
        #expect(whole.elements[1]["usageMetadata"]?["candidatesTokenCount"]?.integer == 2)
        let failed = try JSONDocument.parse((bytes + script.failure).span).root
        #expect(failed.elements.last?["error"]?["status"]?.string == "UNAVAILABLE")
    }
}

/// A value's text.
private func text(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
}
