import Dialects
import JSON
import Model
import Routing
import Testing

@testable import Relay

/// A client of one dialect before a provider of another.
private struct Pair: CustomStringConvertible, Sendable {
    let client: Dialect
    let provider: Dialect

    var description: String { "\(client.rawValue) to \(provider.rawValue)" }

    static let all = Dialect.allCases.flatMap { client in
        Dialect.allCases.filter { $0 != client }.map { Pair(client: client, provider: $0) }
    }

    func site(_ count: Int = 1) throws -> Site {
        let names = ["alpha", "beta"].prefix(count)
        return Site(try names.map { try RelayTests.provider($0, dialects: [provider]) })
    }

    /// What the client asks.
    func request(stream: Bool, models: [String] = ["alpha:m"], more: String = "") -> Request {
        let others = models.dropFirst().map { "\"\($0)\"" }.joined(separator: ",")
        let list = others.isEmpty ? "" : ",\"models\":[\(others)]"
        let common = #""model":"\#(models[0])","stream":\#(stream)\#(list)\#(more)"#
        switch client {
        case .openAIChat:
            return Request(
                "/v1/chat/completions",
                #"{\#(common),"messages":[{"role":"user","content":"Hello"}]}"#
            )
        case .openAIResponses:
            return Request("/v1/responses", #"{\#(common),"input":"Hello"}"#)
        case .anthropicMessages:
            return Request(
                "/v1/messages",
                #"{\#(common),"max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}"#
            )
        case .gemini:
            let verb = stream ? "streamGenerateContent?alt=sse" : "generateContent"
            return Request(
                "/v1beta/models/\(models[0]):\(verb)",
                #"{"contents":[{"role":"user","parts":[{"text":"Hello"}]}]\#(more)}"#
            )
        }
    }

    struct Request {
        let path: String
        let body: String

        init(_ path: String, _ body: String) {
            self.path = path
            self.body = body
        }
    }
}

/// Whole answers that say "Hi", and errors, as the providers of a dialect send them.
private struct Answers {
    static func whole(_ dialect: Dialect) -> String {
        switch dialect {
        case .openAIChat:
            #"{"id":"c1","object":"chat.completion","model":"m-1","choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#
        case .openAIResponses:
            #"{"id":"resp_1","object":"response","status":"completed","model":"m-1","output":["#
                + #"{"type":"message","id":"msg_1","role":"assistant","status":"completed","#
                + #""content":[{"type":"output_text","text":"Hi","annotations":[]}]}],"#
                + #""usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}"#
        case .anthropicMessages:
            #"{"id":"msg_1","type":"message","role":"assistant","model":"m-1","#
                + #""content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","#
                + #""usage":{"input_tokens":7,"output_tokens":3}}"#
        case .gemini:
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"#
                + #""finishReason":"STOP"}],"modelVersion":"m-1","#
                + #""usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}"#
        }
    }

    static func error(_ dialect: Dialect, _ message: String) -> String {
        switch dialect {
        case .openAIChat, .openAIResponses:
            #"{"error":{"message":"\#(message)","type":"invalid_request_error","code":null}}"#
        case .anthropicMessages:
            #"{"type":"error","error":{"type":"invalid_request_error","message":"\#(message)"}}"#
        case .gemini:
            #"{"error":{"code":400,"message":"\#(message)","status":"INVALID_ARGUMENT"}}"#
        }
    }

    /// The text of an answer in a dialect.
    static func text(_ answer: JSONValue, _ dialect: Dialect) -> String? {
        switch dialect {
        case .openAIChat: first(answer, "choices")?["message"]?["content"]?.string
        case .openAIResponses:
            first(answer, "output").flatMap { first($0, "content") }?["text"]?.string
        case .anthropicMessages: first(answer, "content")?["text"]?.string
        case .gemini:
            first(answer, "candidates")?["content"].flatMap { first($0, "parts") }?["text"]?.string
        }
    }

    private static func first(_ value: JSONValue, _ list: String) -> JSONValue? {
        value[list]?.elements.first
    }

    /// What a client of a dialect knows an error by.
    static func errorWord(_ dialect: Dialect) -> String {
        dialect == .gemini ? #""status":"INVALID_ARGUMENT""# : #""type":"invalid_request_error""#
    }

    /// What the last event of a stream in a dialect holds.
    static func ending(_ dialect: Dialect) -> String {
        switch dialect {
        case .openAIChat: "[DONE]"
        case .openAIResponses: "response.completed"
        case .anthropicMessages: "message_stop"
        case .gemini: #""finishReason":"STOP""#
        }
    }
}

@Suite struct `A candidate of another dialect` {
    @Test(arguments: Pair.all)
    private func `is asked at its own path in its own words`(_ pair: Pair) throws {
        let request = pair.request(stream: false)
        let conversation = Conversation(
            try pair.site(),
            request.path,
            body: request.body,
            headers: [
                ("CONTENT_TYPE", "application/json; charset=utf-8"),
                ("HTTP_ANTHROPIC_BETA", "tools-2024"), ("HTTP_X_STAINLESS_OS", "Linux"),
                ("HTTP_OPENAI_BETA", "x"), ("HTTP_USER_AGENT", "client/1"),
            ]
        )
        let sent = try #require(conversation.attempts.first)
        let path =
            switch pair.provider {
            case .openAIChat: "/chat/completions"
            case .openAIResponses: "/responses"
            case .anthropicMessages: "/messages"
            case .gemini: "/models/m:generateContent"
            }
        #expect(sent.url == "https://alpha.example/v1\(path)")
        #expect(sent.body.contains("Hello"))
        #expect(sent.headers.contains("content-type: application/json"))
        #expect(sent.headers.contains("user-agent: client/1"))
        #expect(!sent.headers.contains { $0.hasPrefix("x-stainless") || $0.hasPrefix("openai-") })
        #expect(!sent.headers.contains { $0.hasPrefix("anthropic-beta") })
        let speaksMessages = pair.provider == .anthropicMessages
        #expect(sent.headers.contains("anthropic-version: 2023-06-01") == speaksMessages)
    }

    @Test(arguments: Pair.all)
    private func `gives its whole answer in the client's words`(_ pair: Pair) throws {
        let request = pair.request(stream: false)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.answer(200, Answers.whole(pair.provider))
        let answer = conversation.answer
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Ngrok-AIG-Model"] == "alpha:m")
        #expect(Answers.text(try answer.json(), pair.client) == "Hi")
        #expect(conversation.exchange.record.usage?.input == 7)
        #expect(conversation.exchange.record.usage?.output == 3)
        #expect(conversation.endCount == 1)
    }

    @Test(arguments: Pair.all, [1, 2])
    private func `streams in the client's words`(_ pair: Pair, _ providers: Int) throws {
        let models = Array(["alpha:m", "beta:m"].prefix(pair.client == .gemini ? 1 : providers))
        let request = pair.request(stream: true, models: models)
        var conversation = Conversation(try pair.site(2), request.path, body: request.body)
        let events = Events.of(pair.provider)
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.receive(events.content)
        #expect(conversation.answer.text.contains("Hi"))
        // A long stream keeps nothing of the request but what was sent.
        #expect(conversation.exchange.translationBytes == 0)
        conversation.receive(events.ending)
        conversation.end()
        let answer = conversation.answer
        #expect(answer["Content-Type"] == "text/event-stream")
        #expect(answer["X-Accel-Buffering"] == "no")
        #expect(answer.events.last?.contains(Answers.ending(pair.client)) == true)
        #expect(conversation.exchange.record.outcome == .served)
        #expect(conversation.exchange.record.usage?.output == 3)
    }

    @Test(arguments: Pair.all)
    private func `tells its error in the client's words`(_ pair: Pair) throws {
        let request = pair.request(stream: true)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.answer(400, Answers.error(pair.provider, "too hot"))
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer["Content-Type"] == "application/json")
        #expect(conversation.answer.text.contains("too hot"))
        #expect(conversation.answer.text.contains(Answers.errorWord(pair.client)))
    }

    @Test(arguments: Pair.all)
    private func `whose stream fails before content gives way to the next`(_ pair: Pair) throws {
        guard pair.client != .gemini else { return }
        let request = pair.request(stream: true, models: ["alpha:m", "beta:m"])
        var conversation = Conversation(try pair.site(2), request.path, body: request.body)
        let events = Events.of(pair.provider)
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.receive(events.failure)
        #expect(conversation.attempts.count == 2)
        #expect(conversation.sent.isEmpty)
        conversation.streamHead()
        conversation.receive(events.preamble + events.content + events.ending)
        conversation.end()
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:m")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "2")
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test(arguments: Pair.all)
    private func `whose stream breaks off leaves no proper end`(_ pair: Pair) throws {
        let request = pair.request(stream: true)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        let events = Events.of(pair.provider)
        conversation.streamHead()
        conversation.receive(events.preamble + events.content)
        conversation.end(.connectionLost)
        #expect(conversation.exchange.record.outcome == .cut)
        let last = try #require(conversation.answer.events.last)
        #expect(last.contains("ERR_NGROK_"))
        #expect(!conversation.answer.text.contains(Answers.ending(pair.client)))
    }

    @Test(arguments: Pair.all)
    private func `that sends no stream when one is due has failed`(_ pair: Pair) throws {
        let request = pair.request(stream: true)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.answer(200, Answers.whole(pair.provider))
        #expect(conversation.answer.code == "ERR_NGROK_27234")
    }

    @Test func `says an error in a 200 as one`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let request = pair.request(stream: false)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.answer(200, Answers.error(.anthropicMessages, "no"))
        #expect(conversation.answer.status == 502)
        #expect(conversation.answer.code == "ERR_NGROK_27208")
    }

    @Test func `what can't be said in its dialect is refused by name`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let request = pair.request(stream: false, more: #","n":3"#)
        let conversation = Conversation(try pair.site(), request.path, body: request.body)
        #expect(conversation.attempts.isEmpty)
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer.code == "ERR_NGROK_27228")
        #expect(try conversation.answer.json()["error"]?["param"]?.string == "n")
    }

    @Test func `is passed over for one that understands the request`() throws {
        let site = Site([
            try provider("alpha", dialects: [.anthropicMessages]),
            try provider("beta", dialects: [.openAIChat]),
        ])
        let body =
            #"{"model":"alpha:m","models":["beta:m"],"n":3,"#
            + #""messages":[{"role":"user","content":"Hello"}]}"#
        var conversation = Conversation(site, body: body)
        #expect(conversation.attempts.map(\.url) == ["https://beta.example/v1/chat/completions"])
        conversation.answer(200, "{}")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "1")
        #expect(conversation.answer["Ngrok-AIG-Rejected-Models"]?.hasPrefix("alpha:m (`n`") == true)
    }

    @Test func `what is not carried over is told`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let request = pair.request(stream: false, more: #","seed":3,"logit_bias":{"5":1}"#)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.answer(200, Answers.whole(.anthropicMessages))
        #expect(conversation.answer["Ngrok-AIG-Removed-Params"] == "logit_bias, seed")
    }

    @Test func `keeps the gateway's limit in its own words`() throws {
        let pair = Pair(client: .openAIChat, provider: .gemini)
        var site = try pair.site()
        site.limits.maxOutputTokens = 50
        let request = pair.request(stream: false, more: #","max_tokens":4000"#)
        let conversation = Conversation(site, request.path, body: request.body)
        #expect(conversation.attempts[0].body.contains(#""maxOutputTokens":50"#))
    }

    @Test func `is streamed as an array to a Gemini client that asks so`() throws {
        let pair = Pair(client: .gemini, provider: .openAIChat)
        let body = pair.request(stream: true).body
        let path = "/v1beta/models/alpha:m:streamGenerateContent"
        var conversation = Conversation(try pair.site(), path, body: body)
        let events = Events.chat
        conversation.streamHead()
        conversation.receive(events.preamble + events.content)
        conversation.receive(events.ending)
        conversation.end()
        let answer = conversation.answer
        #expect(answer["Content-Type"] == "application/json")
        #expect(Answers.text(try #require(try answer.json().elements.first), .gemini) == "Hi")
    }

    @Test func `that breaks off leaves an array with an error at its end`() throws {
        let pair = Pair(client: .gemini, provider: .openAIChat)
        let body = pair.request(stream: true).body
        let path = "/v1beta/models/alpha:m:streamGenerateContent"
        var conversation = Conversation(try pair.site(), path, body: body)
        conversation.streamHead()
        conversation.receive(Events.chat.preamble + Events.chat.content)
        conversation.end(.connectionLost)
        let items = try conversation.answer.json().elements
        #expect(items.count == 2)
        #expect(items.last?["error"]?["message"]?.string?.contains("ERR_NGROK_") == true)
    }

    @Test func `goes on with the stream of one of the client's own`() throws {
        var site = Site([
            try provider("alpha", dialects: [.openAIChat]),
            try provider("beta", dialects: [.anthropicMessages]),
        ])
        site.recoversStreams = true
        let pair = Pair(client: .openAIChat, provider: .openAIChat)
        let request = pair.request(stream: true, models: ["alpha:m", "beta:m"])
        var conversation = Conversation(site, body: request.body)
        conversation.streamHead()
        conversation.receive(Events.chat.preamble + Events.chat.content)
        conversation.end(.connectionLost)
        #expect(conversation.attempts.count == 2)
        #expect(conversation.attempts[1].body.contains(#""assistant""#))
        conversation.streamHead()
        conversation.receive(Events.messages.preamble + Events.messages.content)
        conversation.receive(Events.messages.ending)
        conversation.end()
        #expect(conversation.answer.events.last == "[DONE]")
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test func `may win a hedged race`() throws {
        var site = Site([
            try provider("alpha", dialects: [.openAIChat]),
            try provider("beta", dialects: [.gemini]),
        ])
        site.timeouts.hedgeAfter = .milliseconds(300)
        let pair = Pair(client: .openAIChat, provider: .gemini)
        let request = pair.request(stream: true, models: ["alpha:m", "beta:m"])
        var conversation = Conversation(site, body: request.body)
        conversation.wait(.milliseconds(300))
        #expect(conversation.runningAttempts == [1, 2])
        #expect(conversation.attempts[1].url.hasSuffix("m:streamGenerateContent?alt=sse"))
        let isRunning = conversation.turn(to: 2)
        #expect(isRunning)
        conversation.streamHead()
        conversation.receive(Events.gemini.content)
        #expect(conversation.runningAttempts == [2])
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:m")
        #expect(conversation.answer.text.contains("chat.completion.chunk"))
    }

    @Test func `a long request is written elsewhere`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let text = String(repeating: "x", count: Limits.translatedBytesOnLoop)
        let body = #"{"model":"alpha:m","messages":[{"role":"user","content":"\#(text)"}]}"#
        var conversation = Conversation(try pair.site(), body: body)
        #expect(conversation.command == .workElsewhere)
        #expect(conversation.exchange.nextDeadline == nil)
        conversation.workElsewhere()
        #expect(conversation.command == .startAttempt)
        #expect(conversation.exchange.translationBytes > text.utf8.count)
        #expect(conversation.attempts[0].body.contains(text))
        conversation.answer(200, Answers.whole(.anthropicMessages))
        #expect(conversation.answer.status == 200)
    }

    @Test func `a client that leaves meanwhile ends the exchange`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let text = String(repeating: "x", count: Limits.translatedBytesOnLoop)
        let body = #"{"model":"alpha:m","messages":[{"role":"user","content":"\#(text)"}]}"#
        var conversation = Conversation(try pair.site(), body: body)
        conversation.leave()
        conversation.workElsewhere()
        #expect(conversation.attempts.isEmpty)
        #expect(conversation.sent.isEmpty)
    }

    @Test func `a long answer is translated elsewhere`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let text = String(repeating: "y", count: 2 * Limits.heldBackBytes)
        let request = pair.request(stream: false)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        let answer = Answers.whole(.anthropicMessages)
        let parts = answer.split(separator: "Hi").map(String.init)
        conversation.jsonHead()
        conversation.receive(parts[0] + text)
        conversation.receive(parts[1])
        #expect(conversation.sent.isEmpty)
        conversation.end()
        #expect(conversation.command == .workElsewhere)
        conversation.workElsewhere()
        #expect(Answers.text(try conversation.answer.json(), .openAIChat) == text)
        #expect(conversation.endCount == 1)
    }

    @Test func `an answer without end is given up`() throws {
        let pair = Pair(client: .openAIChat, provider: .anthropicMessages)
        let request = pair.request(stream: false)
        var conversation = Conversation(try pair.site(), request.path, body: request.body)
        conversation.jsonHead()
        let megabyte = String(repeating: "y", count: 1 << 20)
        for _ in 0...(Limits.translatedAnswerBytes >> 20) where conversation.endCount == 0 {
            conversation.receive(megabyte)
        }
        #expect(conversation.answer.status == 502)
    }
}

@Suite struct `Counting the tokens of a prompt` {
    private let body = #"{"model":"alpha:m","messages":[{"role":"user","content":"Hello you"}]}"#

    @Test(arguments: [Dialect.openAIChat, .openAIResponses, .gemini])
    func `is done by the gateway where the provider has nothing of the kind`(
        _ dialect: Dialect
    ) throws {
        let site = Site([try provider("alpha", dialects: [dialect])])
        let conversation = Conversation(site, "/v1/messages/count_tokens", body: body)
        #expect(conversation.attempts.isEmpty)
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer["Ngrok-AIG-Model"] == "alpha:m")
        let count = try conversation.answer.json()["input_tokens"]?.integer
        #expect((2...12).contains(count ?? 0))
    }

    @Test(arguments: [404, 405, 501])
    func `is done by the gateway where the provider does not know the path`(status: Int) throws {
        let site = Site([try provider("alpha", dialects: [.anthropicMessages])])
        var conversation = Conversation(site, "/v1/messages/count_tokens", body: body)
        #expect(conversation.attempts.count == 1)
        conversation.answer(status, "{}")
        #expect(conversation.answer.status == 200)
        #expect(try conversation.answer.json()["input_tokens"]?.integer != nil)
    }

    @Test func `is the provider's where it has it`() throws {
        let site = Site([try provider("alpha", dialects: [.anthropicMessages])])
        var conversation = Conversation(site, "/v1/messages/count_tokens", body: body)
        conversation.answer(200, #"{"input_tokens":77}"#)
        #expect(try conversation.answer.json()["input_tokens"]?.integer == 77)
    }

    @Test func `is answered to a Gemini client too`() throws {
        let site = Site([try provider("alpha", dialects: [.openAIChat])])
        let conversation = Conversation(
            site,
            "/v1beta/models/alpha:m:countTokens",
            body: #"{"contents":[{"parts":[{"text":"Hello you"}]}]}"#
        )
        #expect(try conversation.answer.json()["totalTokens"]?.integer != nil)
    }
}
