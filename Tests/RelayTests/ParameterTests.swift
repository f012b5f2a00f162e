import Model
import Routing
import Testing

@testable import Relay

@Suite struct `Parameters of a request` {
    private func model(_ id: String, unsupported: [String]) -> ProviderModel {
        var facts = ModelFacts()
        facts.unsupportedParameters = unsupported
        return ProviderModel(id: id, facts: facts)
    }

    /// Three providers, of which each takes something else.
    private func site() throws -> Site {
        var one = try provider("one")
        one.models = [model("m", unsupported: ["seed"])]
        var two = try provider("two")
        two.supportedParameters = ["seed"]
        two.body = [BodyMember(name: "tag", value: Array("\"t\"".utf8))]
        return Site([one, two, try provider("three")])
    }

    private let body = #"{"model":"one:m","models":["two:m","three:m"],"seed":1,"user":"u"}"#

    @Test func `each candidate gets the client's body made fit for it`() throws {
        var talk = Conversation(try site(), body: body)
        talk.answer(500, "{}")
        talk.answer(500, "{}")
        talk.answer(200, "{}")
        #expect(
            talk.attempts.map(\.body) == [
                #"{"model":"m","user":"u"}"#,
                #"{"model":"m","seed":1,"tag":"t"}"#,
                #"{"model":"m","seed":1,"user":"u"}"#,
            ]
        )
        #expect(talk.answer.status == 200)
        #expect(talk.answer["Ngrok-AIG-Removed-Params"] == nil)
    }

    @Test func `what was taken out is told by name`() throws {
        var talk = Conversation(try site(), body: body)
        talk.answer(200, "{}")
        #expect(talk.answer["Ngrok-AIG-Removed-Params"] == "seed")
        var error = Conversation(try site(), body: #"{"model":"two:m","a b":1,"user":"u%"}"#)
        error.answer(422, "{}")
        #expect(error.answer["Ngrok-AIG-Removed-Params"] == "a b, user")
    }

    @Test func `an answer that no attempt's body was changed for has no such header`() throws {
        var talk = Conversation(try site(), body: #"{"model":"three:m","seed":1}"#)
        talk.answer(200, "{}")
        #expect(!talk.answer.names.contains("ngrok-aig-removed-params"))
    }

    @Test func `a second candidate beside a slow one starts from the client's body`() throws {
        var site = try site()
        site.timeouts.hedgeAfter = .seconds(1)
        var talk = Conversation(
            site,
            body: #"{"model":"one:m","models":["two:m"],"seed":1,"stream":true}"#
        )
        talk.wait(.seconds(1))
        #expect(
            talk.attempts.map(\.body) == [
                #"{"model":"m","stream":true}"#, #"{"model":"m","seed":1,"stream":true,"tag":"t"}"#,
            ]
        )
        let isRunning = talk.turn(to: 2)
        #expect(isRunning)
        talk.streamHead()
        talk.receive("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")
        #expect(!talk.answer.names.contains("ngrok-aig-removed-params"))
    }

    @Test func `the limit on the answer is the gateway's`() throws {
        var site = try site()
        site.limits.maxOutputTokens = 10
        let talk = Conversation(site, body: #"{"model":"three:m","max_tokens":11}"#)
        #expect(talk.attempts.map(\.body) == [#"{"model":"m","max_tokens":10}"#])
        let twice = Conversation(site, body: #"{"model":"three:m","max_tokens":1,"max_tokens":2}"#)
        #expect(twice.answer.status == 400)
        #expect(twice.answer.code == "ERR_NGROK_27228")
    }

    @Test func `a body of Gemini's that is no JSON is refused where it would be changed`() throws {
        var site = try site()
        let path = "/v1beta/models/three:m:generateContent"
        let untouched = Conversation(site, path, body: "{x")
        #expect(untouched.attempts.map(\.body) == ["{x"])
        site.limits.maxOutputTokens = 10
        let refused = Conversation(site, path, body: "{x")
        #expect(refused.answer.status == 400)
        #expect(refused.attempts.isEmpty)
    }

    // MARK: What goes in

    @Test(arguments: [
        ("/v1/chat/completions", #"{"model":"three:m","messages":[{"content":"\#(long)"}]}"#),
        ("/v1/messages", #"{"model":"three:m","messages":[{"content":"\#(long)"}]}"#),
        ("/v1/responses", #"{"model":"three:m","input":"\#(long)"}"#),
        ("/v1/embeddings", #"{"model":"three:m","input":["\#(long)"]}"#),
        (
            "/v1beta/models/three:m:generateContent",
            #"{"contents":[{"parts":[{"text":"\#(long)"}]}]}"#
        ),
    ])
    func `a request that is too long is refused`(path: String, body: String) throws {
        var site = try site()
        site.limits.maxInputTokens = 100
        let talk = Conversation(site, path, body: body)
        #expect(talk.answer.status == 413)
        #expect(talk.answer.code == "ERR_NGROK_3811")
        #expect(talk.attempts.isEmpty)
        site.limits.maxInputTokens = 1000
        #expect(Conversation(site, path, body: body).attempts.count == 1)
    }

    private static let long = String(repeating: "0123456", count: 60)

    @Test func `counting tokens is never refused`() throws {
        var site = try site()
        site.limits.maxInputTokens = 1
        let body = #"{"model":"three:m","messages":[{"content":"How many tokens is this?"}]}"#
        let talk = Conversation(site, "/v1/messages/count_tokens", body: body)
        #expect(talk.attempts.count == 1)
    }

    @Test func `traits are read once and only when something needs them`() throws {
        var talk = Conversation(try site(), body: #"{"model":"three:m","messages":[]}"#)
        #expect(talk.exchange.traits == nil)
        let traits = talk.exchange.readTraits()
        #expect(traits.path == "/v1/chat/completions")
        #expect(talk.exchange.traits == traits)
    }
}
