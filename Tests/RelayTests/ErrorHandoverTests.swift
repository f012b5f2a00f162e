import JSON
import Model
import Routing
import Testing

@testable import Relay

@Suite struct `Errors that the web server goes on with` {
    private func site() throws -> Site {
        var site = Site([try provider("one"), try provider("two")])
        site.errorLocation = "@fallback"
        return site
    }

    @Test func `a refusal goes with its code, its status and its text`() throws {
        let talk = Conversation(try site(), body: #"{"model":"nowhere:m"}"#)
        let answer = talk.answer
        #expect(answer["X-Accel-Redirect"] == "@fallback")
        #expect(answer["Ngrok-AIG-Error-Status"] == "400")
        #expect(answer["Ngrok-Error-Code"] == "ERR_NGROK_27225")
        #expect(answer["Ngrok-AIG-Request-Id"] == "rq_test")
        let message = try #require(answer["Ngrok-AIG-Error-Message"])
        #expect(message.hasPrefix("provider%20unknown"))
        // Another web server than nginx passes the error as it is.
        #expect(answer.status == 400)
        #expect(try answer.json()["error"]?["code"]?.string == "ERR_NGROK_27225")
    }

    @Test(arguments: [
        (401, true), (402, true), (403, true), (404, true), (408, true), (413, true), (429, true),
        (500, true), (503, true), (529, true), (400, false), (409, false), (422, false),
    ])
    func `a provider's error goes unless it speaks of the request`(
        status: Int,
        isHandedOver: Bool
    ) throws {
        for key in ["operator", "own"] {
            var site = try site()
            if key == "own" { site.ownKeys = [ownKey("k", of: "one")] }
            var talk = Conversation(site, body: #"{"model":"one:m"}"#)
            talk.answer(status, #"{"error":{"message":"it \"is\" so"}}"#)
            #expect((talk.answer["X-Accel-Redirect"] == "@fallback") == isHandedOver)
            #expect(talk.answer.names.contains("ngrok-aig-error-status") == isHandedOver)
        }
    }

    @Test func `a provider's own words are told`() throws {
        var talk = Conversation(try site(), body: #"{"model":"one:m"}"#)
        talk.answer(500, #"{"error":{"message":"it \"is\"\r\nso"}}"#)
        let message = try #require(talk.answer["Ngrok-AIG-Error-Message"])
        #expect(message.utf8.allSatisfy { byte in "\"\\ \r\n".utf8.allSatisfy { $0 != byte } })
        #expect(message.contains("is"))
        var silent = Conversation(try site(), body: #"{"model":"one:m"}"#)
        silent.answer(404, "")
        #expect(silent.answer["X-Accel-Redirect"] == "@fallback")
        #expect(silent.answer["Ngrok-AIG-Error-Message"] == nil)
    }

    @Test func `a long text is cut between escapes`() throws {
        var talk = Conversation(try site(), body: #"{"model":"one:m","models":["two:m"]}"#)
        let text = String(repeating: "äö", count: 400)
        talk.answer(500, #"{"error":{"message":"\#(text)"}}"#)
        talk.answer(500, #"{"error":{"message":"\#(text)"}}"#)
        let message = try #require(talk.answer["Ngrok-AIG-Error-Message"])
        #expect(message.utf8.count <= Limits.headerValueBytes)
        #expect(message.split(separator: "%").dropFirst().allSatisfy { $0.utf8.count >= 2 })
    }

    @Test(arguments: [
        ("/v1/chat/completions", ""), ("/v1/chat/completions", "ng-mistyped"),
        ("/v1/nothing", ""), ("/v1/../etc", ""),
    ])
    func `what is refused without an accepted key is the answer`(uri: String, token: String) throws
    {
        var talk = Conversation(try site(), "POST", uri, token: token)
        talk.send(body: "{}")
        #expect((400...).contains(talk.answer.status ?? 0))
        #expect(talk.answer["X-Accel-Redirect"] == nil)
        #expect(!talk.answer.names.contains("ngrok-aig-error-message"))
    }

    @Test func `after an early head it is the stream's error`() throws {
        var site = try site()
        site.timeouts.earlyHeadAfter = .seconds(1)
        var talk = Conversation(site, body: #"{"model":"one:m","models":["two:m"],"stream":true}"#)
        talk.wait(.seconds(2))
        talk.answer(500, "{}")
        talk.answer(500, "{}")
        #expect(talk.answer.status == 200)
        #expect(talk.answer["X-Accel-Redirect"] == nil)
        #expect(talk.answer.events.count == 1)
    }

    @Test func `by default an error is the answer`() throws {
        let talk = Conversation(Site([try provider("one")]), body: #"{"model":"nowhere:m"}"#)
        #expect(talk.answer["X-Accel-Redirect"] == nil)
    }

    @Test func `a good answer is none`() throws {
        var talk = Conversation(try site(), body: #"{"model":"one:m"}"#)
        talk.answer(200, "{}")
        #expect(talk.answer["X-Accel-Redirect"] == nil)
    }
}
