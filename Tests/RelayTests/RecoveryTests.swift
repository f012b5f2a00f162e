import Model
import Routing
import Testing

@testable import Relay

/// Streams that break off after content, with `stream_recovery: continue`.
@Suite struct Recoveries {
    private let request = """
        {"model":"alpha:a","models":["beta:b"],"stream":true,"messages":[{"role":"user","content":"hi"}]}
        """
    private let hello = "data: {\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"
    private let world =
        "data: {\"id\":\"2\",\"choices\":[{\"delta\":{\"content\":\" world\"}}]}\n\n"
    private let end =
        "data: {\"id\":\"2\",\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

    private func site(_ change: (inout Site) -> Void = { _ in }) throws -> Site {
        var site = Site([try provider("alpha"), try provider("beta")])
        site.recoversStreams = true
        change(&site)
        return site
    }

    /// `alpha` has said `Hello` and half an event.
    private func begun(_ site: Site, _ body: String? = nil) -> Conversation {
        var conversation = Conversation(site, body: body ?? request)
        conversation.streamHead()
        conversation.receive(hello + "data: {\"id\"")
        return conversation
    }

    @Test func `are taken up by the next candidate`() throws {
        var conversation = begun(try site())
        #expect(conversation.answer.text == hello)
        conversation.end(.connectionLost)
        #expect(conversation.command == .startAttempt)
        #expect(
            conversation.attempts[1].body == """
                {"model":"b","stream":true,"messages":[{"role":"user","content":"hi"},\
                {"role":"assistant","content":"Hello"}]}
                """
        )
        conversation.streamHead()
        conversation.receive(world + end)
        conversation.end()
        let expected = hello + ": recovered\n\n" + (world + end).replacing("\"2\"", with: "\"1\"")
        #expect(conversation.answer.text == expected)
        #expect(conversation.exchange.record.outcome == .served)
        #expect(conversation.exchange.record.status == 200)
        #expect(
            conversation.exchange.record.attempts.map { $0.outcome?.label ?? "" } == [
                "connection lost", "200",
            ]
        )
        #expect(conversation.exchange.record.modelServed == "beta:b")
        #expect(conversation.answer["Ngrok-AIG-Model"] == "alpha:a")
    }

    @Test func `of a provider that stalls or errs are taken up too`() throws {
        var stalled = begun(try site())
        stalled.wait(.seconds(60))
        #expect(stalled.attempts.count == 2)
        var failed = begun(try site())
        failed.receive(":1}\n\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n")
        failed.end()
        #expect(failed.attempts.count == 2)
        #expect(!failed.answer.text.contains("overloaded"))
    }

    @Test func `end with one error when nobody can go on`() throws {
        var conversation = begun(try site())
        conversation.end(.connectionLost)
        conversation.answer(500, "no")
        #expect(conversation.answer.text.hasPrefix(hello + "data: {\"error\""))
        #expect(!conversation.answer.text.contains("[DONE]"))
        #expect(!conversation.answer.text.contains("recovered"))
        #expect(conversation.exchange.record.outcome == .cut)
        #expect(conversation.exchange.record.status == 200)
    }

    @Test func `may break a second time`() throws {
        let body = request.replacing("\"beta:b\"", with: "\"beta:b\",\"beta:c\"")
        var conversation = begun(try site(), body)
        conversation.end(.connectionLost)
        conversation.streamHead()
        conversation.receive(world)
        conversation.end(.connectionLost)
        #expect(conversation.attempts[2].body.contains("Hello world"))
        conversation.streamHead()
        conversation.receive(end)
        conversation.end()
        #expect(conversation.exchange.record.outcome == .served)
        #expect(conversation.answer.text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test func `begin the total time anew`() throws {
        var conversation = Conversation(
            try site { $0.timeouts.total = .seconds(100) },
            body: request
        )
        conversation.streamHead()
        for _ in 1...20 {
            conversation.receive(hello)
            conversation.wait(.seconds(10))
        }
        conversation.end(.connectionLost)
        #expect(conversation.attempts.count == 2)
        conversation.wait(.seconds(50))
        conversation.streamHead()
        conversation.receive(world + end)
        conversation.end()
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test(arguments: [
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n",
    ])
    func `are not tried for what is no text`(event: String) throws {
        var conversation = Conversation(try site(), body: request)
        conversation.streamHead()
        conversation.receive(event)
        conversation.end(.connectionLost)
        #expect(conversation.attempts.count == 1)
        #expect(conversation.exchange.record.outcome == .cut)
    }

    @Test func `are off unless configured`() throws {
        var conversation = begun(try site { $0.recoversStreams = false })
        conversation.end(.connectionLost)
        #expect(conversation.attempts.count == 1)
        #expect(conversation.exchange.record.outcome == .cut)
    }

    @Test func `leave a client that went alone`() throws {
        var conversation = begun(try site())
        conversation.end(.connectionLost)
        conversation.leave()
        #expect(conversation.runningAttempts.isEmpty)
        #expect(conversation.exchange.record.outcome == .clientClosed)
    }
}
