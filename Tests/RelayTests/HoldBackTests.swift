import Model
import Routing
import Testing

@testable import Relay

/// When the bytes of a stream go out.
@Suite struct HoldBacks {
    private func ask(
        _ events: Events,
        several: Bool = true,
        headers: [(String, String)] = []
    ) throws -> Conversation {
        Conversation(
            Site([try provider("alpha"), try provider("beta")]),
            events.path,
            body: several ? events.body : events.single,
            headers: headers
        )
    }

    // MARK: With another candidate left

    @Test(arguments: failoverDialects)
    func `while another candidate is left nothing goes out before content`(
        dialect: Dialect
    ) throws {
        let events = Events.of(dialect)
        var conversation = try ask(events)
        conversation.streamHead()
        for part in [": comment\n\n", events.preamble, ": comment\n\n"] {
            conversation.receive(part)
            #expect(conversation.command == .wait)
            #expect(conversation.sent.isEmpty)
        }
        conversation.receive(events.content)
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer["Ngrok-AIG-Model"] == "alpha:m")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "1")
        #expect(conversation.answer["X-Accel-Buffering"] == "no")
        #expect(
            conversation.answer["content-type"] == "text/event-stream; charset=utf-8"
        )
        let held = ": comment\n\n" + events.preamble + ": comment\n\n" + events.content
        #expect(conversation.answer.text == held)
        conversation.receive(events.ending)
        #expect(conversation.command == .pass)
        conversation.end()
        #expect(conversation.command == .finish)
        #expect(conversation.answer.text == held + events.ending)
    }

    @Test func `the commit makes the shell move its timer`() throws {
        var conversation = try ask(.chat, several: false)
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        #expect(conversation.command == .wait)
        #expect(conversation.exchange.nextDeadline == conversation.now + .seconds(60))
    }

    @Test(arguments: failoverDialects)
    func `a failure before content is not seen`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let failures: [(String, (inout Conversation) -> Void, AttemptOutcome)] = [
            ("ends at once", { $0.end() }, .streamEnded),
            ("is cut at once", { $0.end(.connectionLost) }, .connectionLost),
            (
                "says nothing but comments",
                {
                    $0.receive(": a\n\n: b\n\n")
                    $0.end()
                }, .streamEnded
            ),
            (
                "ends after its preamble",
                {
                    $0.receive(events.preamble)
                    $0.end()
                }, .streamEnded
            ),
            (
                "is cut after its preamble",
                {
                    $0.receive(events.preamble)
                    $0.end(.connectionLost)
                }, .connectionLost
            ),
            ("fails at once", { $0.receive(events.failure) }, .streamFailed),
            (
                "fails after its preamble", { $0.receive(events.preamble + events.failure) },
                .streamFailed
            ),
            (
                "fails without an empty line at the end",
                {
                    $0.receive(String(events.failure.dropLast(2)))
                    $0.end()
                }, .streamFailed
            ),
            ("stalls", { $0.wait(.seconds(181)) }, .attemptTimedOut),
        ]
        for (name, fail, outcome) in failures {
            var conversation = Conversation(
                Site([try provider("alpha"), try provider("beta")]),
                events.path,
                body: events.body
            )
            conversation.streamHead()
            fail(&conversation)
            let attempts = conversation.exchange.record.attempts
            #expect(attempts.map(\.candidate) == ["alpha:m", "beta:m"], "\(name)")
            #expect(attempts.first?.outcome == outcome, "\(name)")
            conversation.streamHead()
            conversation.receive(events.content + events.ending)
            conversation.end()
            let text = conversation.answer.text
            #expect(text.hasSuffix(events.content + events.ending), "\(name)")
            #expect(!text.contains("overloaded"), "\(name)")
            if outcome != .attemptTimedOut {
                #expect(text == events.content + events.ending, "\(name)")
                #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:m", "\(name)")
            }
            #expect(conversation.exchange.record.outcome == .served, "\(name)")
        }
    }

    @Test func `the stream's own words go into the list without identifiers`() throws {
        var conversation = try ask(.chat)
        for _ in 0..<2 {
            conversation.streamHead()
            conversation.receive("data: {\"error\":{\"message\":\"quota of org-0123456789\"}}\n\n")
        }
        #expect(conversation.exchange.record.attempts.first?.message == "quota of org-***")
    }

    @Test(arguments: Dialect.allCases)
    func `an answer without content is an answer`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        for several in [true, false] {
            var conversation = try ask(events, several: several)
            conversation.streamHead()
            conversation.receive(events.preamble)
            conversation.receive(events.ending)
            conversation.end()
            #expect(conversation.command == .finish)
            #expect(conversation.answer.text == events.preamble + events.ending)
            #expect(conversation.exchange.record.outcome == .served)
            #expect(conversation.attempts.count == 1)
        }
    }

    @Test func `a prompt that Gemini blocked is answered`() throws {
        var conversation = try ask(.gemini)
        conversation.streamHead()
        let blocked = "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n"
        conversation.receive(blocked)
        conversation.end()
        #expect(conversation.answer.text == blocked)
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test func `at most 256 KiB are held back`() throws {
        var conversation = try ask(.chat)
        conversation.streamHead()
        let comment = [UInt8](repeating: UInt8(ascii: ":"), count: 65536)
        for _ in 0..<4 { conversation.receive(comment) }
        #expect(conversation.sent.isEmpty)
        conversation.receive([0x3A])
        #expect(conversation.answer.body.count == 4 * 65536 + 1)
        conversation.end()
        #expect(conversation.attempts.count == 1)
    }

    @Test func `of an answer that is no stream too`() throws {
        var conversation = try ask(.chat)
        conversation = Conversation(
            Site([try provider("alpha"), try provider("beta")]),
            body: #"{"models":["alpha:m","beta:m"]}"#
        )
        conversation.jsonHead()
        let part = [UInt8](repeating: 0x20, count: 65536)
        for _ in 0..<4 { conversation.receive(part) }
        #expect(conversation.sent.isEmpty)
        conversation.receive([0x20])
        #expect(conversation.answer.body.count == 4 * 65536 + 1)
        #expect(conversation.command == .wait)
        conversation.receive(part)
        #expect(conversation.command == .pass)
        conversation.end()
        #expect(conversation.command == .finish)
        #expect(conversation.answer.body.count == 5 * 65536 + 1)
    }

    // MARK: With none left

    @Test(arguments: Dialect.allCases)
    func `with nothing left to try all goes out as it comes`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        var conversation = try ask(events, several: false)
        conversation.streamHead()
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer["Ngrok-AIG-Model"] == "alpha:m")
        #expect(conversation.answer["X-Accel-Buffering"] == "no")
        #expect(conversation.command == .wait)
        var expected = ""
        for (part, command) in [
            (": comment\n\n", Exchange.Command.pass), (events.preamble, .pass),
            (events.content, .wait), (events.content, .pass), (events.ending, .pass),
        ] {
            conversation.receive(part)
            expected += part
            #expect(conversation.command == command)
            #expect(conversation.answer.text == expected)
        }
        conversation.end()
        #expect(conversation.answer.text == expected)
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test func `the last of several candidates passes as it comes`() throws {
        var conversation = try ask(.chat)
        conversation.end(.connectFailed)
        conversation.streamHead()
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:m")
        conversation.receive(Events.chat.preamble)
        #expect(conversation.command == .pass)
    }

    @Test func `another key counts as something left`() throws {
        let site = Site([try provider("alpha", keys: ["one", "two"])])
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.streamHead()
        conversation.receive(Events.chat.preamble)
        #expect(conversation.sent.isEmpty)
    }

    @Test func `where no retry is wanted nothing is left`() throws {
        var conversation = try ask(.chat, headers: [("HTTP_LOCKKEEPER_NO_RETRY", "true")])
        conversation.streamHead()
        #expect(conversation.answer.status == 200)
    }

    @Test(arguments: Dialect.allCases)
    func `each byte alone comes to the same`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let stream = ": c\r\n\r\n" + events.preamble + events.content + events.ending
        for several in [true, false] {
            var conversation = try ask(events, several: several)
            conversation.streamHead()
            for byte in stream.utf8 { conversation.receive([byte]) }
            conversation.end()
            #expect(conversation.answer.text == stream)
            #expect(conversation.answer.status == 200)
            let usage = try #require(conversation.exchange.record.usage)
            #expect(usage == Usage(input: 7, output: 3))
        }
    }

    // MARK: What is no stream of events

    @Test func `an answer that is not streamed although asked is none`() throws {
        var conversation = try ask(.chat)
        conversation.jsonHead()
        #expect(conversation.command == .startAttempt)
        conversation.jsonHead()
        #expect(conversation.answer.code == "ERR_NGROK_27208")
        var single = try ask(.chat, several: false)
        single.jsonHead()
        #expect(single.command == .finish)
        #expect(single.answer.status == 502)
        #expect(single.answer.code == "ERR_NGROK_27234")
        #expect(single.answer.text.contains("[not streamed] alpha:m"))
    }

    @Test func `a stream that nobody asked for passes`() throws {
        let site = Site([try provider("alpha")])
        var conversation = Conversation(site, body: #"{"model":"alpha:m"}"#)
        conversation.streamHead()
        conversation.receive(Events.chat.content + Events.chat.ending)
        conversation.end()
        #expect(conversation.answer.text == Events.chat.content + Events.chat.ending)
    }

    @Test(arguments: ["/v1/embeddings", "/v1/messages/count_tokens"])
    func `a path that never streams does not mind the word`(path: String) throws {
        let site = Site([try provider("alpha")])
        var conversation = Conversation(site, path, body: Events.chat.single)
        conversation.wait(.seconds(100))
        #expect(conversation.sent.isEmpty)
        conversation.answer(200, "{}")
        #expect(conversation.answer.text == "{}")
        #expect(conversation.answer["X-Accel-Buffering"] == nil)
    }

    @Test func `an answer that is no stream goes out whole`() throws {
        let site = Site([try provider("alpha")])
        for type in [[("content-type", "application/json")], [("content-type", "text/x")], []] {
            var conversation = Conversation(site, body: #"{"model":"alpha:m"}"#)
            conversation.head(200, type + [("request-id", "1")])
            conversation.receive("{\"usage\":{\"prompt_tokens\":7,")
            #expect(conversation.sent.isEmpty)
            conversation.receive("\"completion_tokens\":3}}")
            conversation.end()
            #expect(conversation.command == .finish)
            #expect(conversation.answer.status == 200)
            #expect(conversation.answer["request-id"] == "1")
            #expect(conversation.answer["Ngrok-AIG-Model"] == "alpha:m")
            #expect(conversation.answer["X-Accel-Buffering"] == nil)
            #expect(
                conversation.answer.text
                    == "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"
            )
            #expect(conversation.exchange.record.usage == Usage(input: 7, output: 3))
            #expect(!conversation.exchange.record.isStream)
        }
    }

    @Test func `Gemini's stream without events passes as it comes`() throws {
        let path = "/v1beta/models/alpha:m:streamGenerateContent"
        for several in [false, true] {
            let keys = several ? ["one", "two"] : ["one"]
            var conversation = Conversation(
                Site([try provider("alpha", keys: keys)]),
                path,
                body: "{}"
            )
            conversation.wait(.seconds(59))
            #expect(conversation.sent.isEmpty)
            conversation.jsonHead()
            #expect(conversation.sent.isEmpty == several)
            var expected = ""
            let usage = #"{"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}"#
            for part in ["[{}", "\n,", usage, "]"] {
                conversation.receive(part)
                expected += part
                #expect(conversation.answer.text == expected)
                #expect(conversation.answer["X-Accel-Buffering"] == "no")
            }
            conversation.end()
            #expect(conversation.command == .finish)
            #expect(conversation.answer.text == expected)
            #expect(conversation.exchange.record.usage == Usage(input: 7, output: 3))
        }
    }

    @Test func `a compressed stream passes unread`() throws {
        var conversation = try ask(.chat)
        conversation.head(
            200,
            [("content-type", "text/event-stream"), ("content-encoding", "gzip")]
        )
        #expect(conversation.sent.isEmpty)
        conversation.receive([0x1F, 0x8B, 0x08])
        #expect(conversation.answer.body == [0x1F, 0x8B, 0x08])
        #expect(conversation.answer["content-encoding"] == "gzip")
        conversation.receive([0x00])
        #expect(conversation.command == .pass)
        conversation.end(.connectionLost)
        #expect(conversation.command == .abandon)
    }
}
