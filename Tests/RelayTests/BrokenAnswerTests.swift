import JSON
import Model
import Routing
import Testing

@testable import Relay

/// What a client sees of an answer that breaks off after something of it went out.
@Suite struct BrokenAnswers {
    /// How a stream that is out can break.
    enum Break: CaseIterable {
        case cut, ended, stalled
    }

    private func ask(_ dialect: Dialect, several: Bool = false) throws -> Conversation {
        let events = Events.of(dialect)
        return Conversation(
            Site([try provider("alpha"), try provider("beta")]),
            events.path,
            body: several ? events.body : events.single
        )
    }

    private func perform(_ broken: Break, _ conversation: inout Conversation) {
        switch broken {
        case .cut: conversation.end(.connectionLost, "libcurl's words")
        case .ended: conversation.end()
        case .stalled: conversation.wait(.seconds(61))
        }
    }

    /// The one error event at the end of what was sent.
    private func error(of answer: Answer) throws -> JSONValue {
        let last = try #require(answer.events.last)
        return try JSONDocument.parse(Array(last.utf8).span).root
    }

    private func message(of error: JSONValue) -> String? {
        (error["error"]?["message"] ?? error["message"])?.string
    }

    @Test(arguments: Dialect.allCases, Break.allCases)
    func `a stream that breaks after content ends in one error event`(
        dialect: Dialect,
        broken: Break
    ) throws {
        let events = Events.of(dialect)
        var conversation = try ask(dialect, several: true)
        conversation.streamHead()
        conversation.receive(events.preamble + events.content)
        let count = conversation.answer.events.count
        perform(broken, &conversation)
        #expect(conversation.command == .finish)
        #expect(conversation.attempts.count == 1)
        let answer = conversation.answer
        #expect(answer.text.hasPrefix(events.preamble + events.content))
        #expect(answer.events.count == count + 1)
        let message = try #require(message(of: try error(of: answer)))
        #expect(message.hasPrefix("[ERR_NGROK_27208] The provider's answer broke off: ["))
        #expect(!message.contains("libcurl"))
        for ending in ["[DONE]", "message_stop", "response.completed", "finishReason"] {
            #expect(!answer.text.contains(ending))
        }
        let record = conversation.exchange.record
        #expect(record.outcome == .cut)
        #expect(record.status == 200)
        #expect(record.errorCode == "ERR_NGROK_27208")
        let outcomes: [Break: AttemptOutcome] = [
            .cut: .connectionLost, .ended: .streamEnded, .stalled: .streamStalled,
        ]
        #expect(record.attempts.map(\.outcome) == [outcomes[broken]])
    }

    @Test(arguments: Dialect.allCases, Break.allCases)
    func `so does one whose head alone is out`(dialect: Dialect, broken: Break) throws {
        if broken == .stalled { return }
        let events = Events.of(dialect)
        for preamble in ["", ": c\n\n", events.preamble] {
            var conversation = try ask(dialect)
            conversation.streamHead()
            if !preamble.isEmpty { conversation.receive(preamble) }
            perform(broken, &conversation)
            #expect(conversation.command == .finish)
            #expect(conversation.answer.status == 200)
            #expect(message(of: try error(of: conversation.answer))?.isEmpty == false)
            #expect(conversation.exchange.record.outcome == .cut)
        }
    }

    @Test(arguments: Dialect.allCases, Break.allCases)
    func `what happens behind the last event does not matter`(
        dialect: Dialect,
        broken: Break
    ) throws {
        let events = Events.of(dialect)
        for cut in [0, 1, 2] {
            var conversation = try ask(dialect)
            conversation.streamHead()
            let start = events.preamble + events.content
            let stream = String((start + events.ending).dropLast(cut))
            conversation.receive(start)
            conversation.receive(String(stream.dropFirst(start.count)))
            perform(broken, &conversation)
            #expect(conversation.command == .finish)
            #expect(conversation.answer.text == stream)
            #expect(conversation.exchange.record.outcome == .served)
            #expect(conversation.exchange.record.attempts.map(\.outcome) == [.status(200)])
            #expect(conversation.exchange.record.usage == Usage(input: 7, output: 3))
        }
    }

    @Test(arguments: Dialect.allCases, Break.allCases)
    func `a stream's own error event is the last word`(dialect: Dialect, broken: Break) throws {
        let events = Events.of(dialect)
        for content in ["", events.preamble, events.preamble + events.content] {
            var conversation = try ask(dialect)
            conversation.streamHead()
            if !content.isEmpty { conversation.receive(content) }
            conversation.receive(events.failure)
            if broken == .stalled { conversation.wait(.seconds(200)) }
            if broken != .stalled { perform(broken, &conversation) }
            #expect(conversation.answer.text == content + events.failure)
            let record = conversation.exchange.record
            #expect(record.outcome == .cut)
            if broken == .stalled { continue }
            #expect(record.attempts.map(\.outcome) == [.streamFailed])
            #expect(record.attempts.first?.message == "overloaded")
        }
    }

    @Test(
        arguments: [
            "data: {\"choi", "data: {}\n", "data: {}\r\n", "data: {}\r", "event: x", ":", "data",
            "x\n\nd", "\r\n\r\nd", "data: 1\n\ndata: 2\n",
        ]
    )
    func `our event never stands within one of the provider's`(half: String) throws {
        for part in [half.utf8.map { [$0] }, [Array(half.utf8)]] {
            var conversation = try ask(.openAIChat)
            conversation.streamHead()
            conversation.receive(Events.chat.content)
            for bytes in part { conversation.receive(bytes) }
            conversation.end(.connectionLost)
            let text = conversation.answer.text
            #expect(text.hasPrefix(Events.chat.content + half + "\n\ndata: {\"error\""))
        }
    }

    @Test(arguments: ["\n\n", "\r\n\r\n", "\r\r", "\n\r\n", "\r\n\n", "\n\r"])
    func `between events nothing is added`(end: String) throws {
        let content = String(Events.chat.content.dropLast(2)) + end
        for part in [content.utf8.map { [$0] }, [Array(content.utf8)]] {
            var conversation = try ask(.openAIChat)
            conversation.streamHead()
            for bytes in part { conversation.receive(bytes) }
            conversation.end(.connectionLost)
            #expect(conversation.answer.text.hasPrefix(content + "data: {\"error\""))
        }
    }

    @Test func `an answer that is no stream is cut, so that the client sees it`() throws {
        var conversation = Conversation(
            Site([try provider("alpha")]),
            body: #"{"model":"alpha:m"}"#
        )
        conversation.jsonHead()
        conversation.receive([UInt8](repeating: 0x20, count: Limits.heldBackBytes + 1))
        #expect(!conversation.sent.isEmpty)
        let sent = conversation.sent.count
        conversation.end(.connectionLost)
        #expect(conversation.command == .abandon)
        #expect(conversation.sent.count == sent)
        #expect(conversation.exchange.record.outcome == .cut)
    }

    @Test func `a streamed array of Gemini's too`() throws {
        for parts in [[], ["[{}"]] {
            var conversation = Conversation(
                Site([try provider("alpha")]),
                "/v1beta/models/alpha:m:streamGenerateContent",
                body: "{}"
            )
            conversation.jsonHead()
            for part in parts { conversation.receive(part) }
            conversation.end(.connectionLost)
            #expect(conversation.command == .abandon)
            #expect(conversation.answer.text == parts.joined())
        }
    }

    @Test func `a torn answer that is still here is a clean error`() throws {
        var conversation = Conversation(
            Site([try provider("alpha")]),
            body: #"{"model":"alpha:m"}"#
        )
        conversation.jsonHead()
        conversation.receive("{")
        conversation.end(.connectionLost)
        #expect(conversation.answer.status == 502)
        #expect(conversation.answer.code == "ERR_NGROK_27208")
    }

    // MARK: The client leaves

    @Test func `a client may leave at every stage`() throws {
        let stages: [(String, Int, (inout Conversation) -> Void)] = [
            ("waiting", 499, { _ in }),
            ("held back", 499, { $0.streamHead() }),
            (
                "preamble", 499,
                {
                    $0.streamHead()
                    $0.receive(Events.chat.preamble)
                }
            ),
            ("error body", 499, { $0.jsonHead(500) }),
            ("second attempt", 499, { $0.answer(500, "no") }),
            (
                "last attempt's head", 200,
                {
                    $0.answer(500, "no")
                    $0.streamHead()
                }
            ),
            ("early head", 200, { $0.wait(.seconds(11)) }),
            (
                "content", 200,
                {
                    $0.streamHead()
                    $0.receive(Events.chat.content)
                }
            ),
        ]
        for (name, status, prepare) in stages {
            var conversation = try ask(.openAIChat, several: true)
            prepare(&conversation)
            let sent = conversation.sent
            conversation.leave()
            let record = conversation.exchange.record
            let isFinished = conversation.exchange.isFinished
            #expect(isFinished, "\(name)")
            #expect(record.outcome == .clientClosed, "\(name)")
            #expect(record.status == status, "\(name)")
            #expect(record.attempts.last?.outcome == .clientLeft, "\(name)")
            #expect(conversation.exchange.nextDeadline == nil, "\(name)")
            // Whatever is still under way comes to nothing.
            conversation.streamHead()
            conversation.receive(Events.chat.content)
            conversation.end()
            conversation.leave()
            #expect(conversation.sent == sent, "\(name)")
            #expect(conversation.command == .wait, "\(name)")
            #expect(conversation.exchange.record.outcome == .clientClosed, "\(name)")
        }
    }

    @Test func `the usage so far is noted when the client leaves`() throws {
        var conversation = try ask(.anthropicMessages)
        conversation.streamHead()
        conversation.receive(Events.messages.preamble + Events.messages.content)
        conversation.leave()
        #expect(conversation.exchange.record.usage == Usage(input: 7, output: 1))
    }
}
