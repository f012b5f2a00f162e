import JSON
import Model
import Testing

@testable import Relay

/// From the first body byte to the first attempt.
@Suite struct Bodies {
    private func answer(_ body: String, _ uri: String = "/v1/chat/completions") throws -> Answer {
        Conversation(Site([try provider("alpha")]), uri, body: body).answer
    }

    @Test(arguments: [
        ("", "27228"), ("[]", "27228"), (#"{"model":5}"#, "27228"),
        (#"{"model":"alpha:m","models":5}"#, "27228"), (#"{"model":"a","model":"b"}"#, "27228"),
        (#"{"model":"nobody-knows"}"#, "27224"),
        (#"{"model":"nobody:m"}"#, "27225"), (#"{"model":":m"}"#, "27229"),
        (#"{"model":""}"#, "27229"), (#"{"model":"a b"}"#, "27229"),
        (#"{"models":["nobody:m","other"]}"#, "27225"),
        (#"{"models":["nobody:m","auto"]}"#, "27225"),
    ])
    func `a body that leads nowhere is a bad request`(body: String, code: String) throws {
        for uri in ["/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings"] {
            let answer = try answer(body, uri)
            #expect(answer.status == 400)
            #expect(answer.code == "ERR_NGROK_\(code)")
        }
    }

    @Test func `the parameter that is wrong is named`() throws {
        for (body, name) in [
            (#"{"model":5}"#, "model"), (#"{"model":"a","models":5}"#, "models"),
            (#"{"model":"nobody:m"}"#, "model"),
        ] {
            #expect(try answer(body).json()["error"]?["param"]?.string == name)
        }
    }

    @Test func `a path that no candidate offers is refused`() throws {
        let site = Site([try provider("alpha", dialects: [.anthropicMessages])])
        let conversation = Conversation(site, "/v1/embeddings", body: #"{"model":"alpha:m"}"#)
        #expect(conversation.answer.code == "ERR_NGROK_27226")
    }

    @Test func `a provider without a key is told as such`() throws {
        let conversation = Conversation(Site(), body: #"{"model":"openai:gpt-4o"}"#)
        #expect(conversation.answer.status == 502)
        #expect(conversation.answer.code == "ERR_NGROK_27202")
    }

    @Test func `names that lead nowhere beside one that does are told in a header`() throws {
        var conversation = Conversation(
            Site([try provider("alpha")]),
            body: #"{"models":["nobody:x\r\nStatus: 500","alpha:m","unknown"]}"#
        )
        conversation.answer(200, "{}")
        let rejected = try #require(conversation.answer["Ngrok-AIG-Rejected-Models"])
        #expect(rejected.contains("unknown (model unknown: 'unknown')"))
        #expect(rejected.contains("%0D%0AStatus: 500"))
        #expect(conversation.answer.status == 200)
    }

    @Test func `a Gemini request's body is not looked into`() throws {
        for body in ["", "not json", #"{"model":"other"}"#] {
            let site = Site([try provider("alpha")])
            let uri = "/v1beta/models/alpha:m:generateContent"
            let conversation = Conversation(site, uri, body: body)
            #expect(conversation.attempts.map(\.body) == [body])
        }
    }

    @Test func `marks of other providers don't go to one of the client's dialect`() throws {
        let site = Site([try provider("alpha", dialects: [.anthropicMessages])])
        func sent(_ signature: String) -> [String] {
            let block = #"{"type":"thinking","thinking":"t","signature":"\#(signature)"},"#
            let body = #"""
                {"model":"m", "n":1.0,"messages":[{"role":"user","content":"u"},{"role":"assistant",
                "content":[\#(block){"type":"text","text":"a"}]},{"role":"user","content":"v"}]}
                """#
            let asked = body.replacing(#""model":"m""#, with: #""model":"alpha:m""#)
            let conversation = Conversation(site, "/v1/messages", body: asked)
            return [body, body.replacing(block, with: "")] + conversation.attempts.map(\.body)
        }
        let own = sent("Eu4BCkYIBxgC")
        #expect(own.count == 3)
        #expect(own.last == own[0])
        let foreign = sent("openai-responses:rs_1|gAAAAA")
        #expect(foreign.count == 3)
        #expect(foreign.last == foreign[1])
    }

    // MARK: Limits

    @Test(arguments: [1, 7, 100])
    func `a body may be as long as the limit and no longer`(step: Int) throws {
        var site = Site([try provider("alpha")])
        let body = #"{"model":"alpha:m","x":"0123456789"}"#
        for (limit, isKept) in [(body.utf8.count, true), (body.utf8.count - 1, false)] {
            site.maxBodyBytes = limit
            var conversation = Conversation(site)
            var rest = body[...]
            while !rest.isEmpty {
                conversation.receiveBody(String(rest.prefix(step)))
                rest = rest.dropFirst(step)
            }
            #expect(conversation.exchange.keepsBody == isKept)
            conversation.endBody()
            #expect(conversation.command == (isKept ? .startAttempt : .finish))
            if isKept { continue }
            #expect(conversation.answer.status == 413)
            #expect(
                conversation.answer.code == "ERR_NGROK_AI_GATEWAY_REQUEST_BODY_TOO_LONG"
            )
            #expect(conversation.exchange.body.bytes.isEmpty)
        }
    }

    @Test func `a refused request's body is read and thrown away before the answer`() throws {
        var conversation = Conversation(Site([try provider("alpha")]), token: "none")
        #expect(conversation.exchange.keepsBody == false)
        conversation.receiveBody(String(repeating: "x", count: 1 << 21))
        #expect(conversation.sent.isEmpty)
        #expect(conversation.exchange.body.bytes.isEmpty)
        conversation.endBody()
        #expect(conversation.answer.status == 401)
    }

    @Test func `a worker without room says so, whatever has come of the body`() throws {
        for part in ["", #"{"model":"#] {
            var conversation = Conversation(Site([try provider("alpha")]))
            conversation.receiveBody(part)
            conversation.exchange.refuseForCapacity("no place is left")
            conversation.receiveBody("more")
            #expect(conversation.exchange.keepsBody == false)
            #expect(conversation.exchange.body.bytes.isEmpty)
            conversation.endBody()
            #expect(conversation.answer.status == 503)
            #expect(
                conversation.answer.code
                    == "ERR_NGROK_AI_GATEWAY_REQUEST_CAPACITY_UNAVAILABLE"
            )
            #expect(conversation.answer["Retry-After"] == "1")
        }
    }

    @Test func `what takes no room is answered all the same`() {
        var health = Conversation(Site(), "GET", "/healthz", token: "")
        health.exchange.refuseForCapacity("no place is left")
        health.endBody()
        #expect(health.answer.status == 200)
        var stranger = Conversation(Site(), token: "none")
        stranger.exchange.refuseForCapacity("no place is left")
        stranger.endBody()
        #expect(stranger.answer.status == 401)
    }

    @Test func `no timer runs before the first attempt`() throws {
        var conversation = Conversation(Site([try provider("alpha")]))
        #expect(conversation.exchange.nextDeadline == nil)
        conversation.receiveBody("{")
        #expect(conversation.exchange.nextDeadline == nil)
        conversation.wait(.seconds(100_000))
        #expect(conversation.sent.isEmpty)
    }

    @Test func `a client that leaves while it sends costs nothing`() throws {
        var conversation = Conversation(Site([try provider("alpha")]))
        conversation.receiveBody("{")
        conversation.leave()
        let isFinished = conversation.exchange.isFinished
        #expect(isFinished)
        #expect(conversation.exchange.record.outcome == .clientClosed)
        #expect(conversation.exchange.record.status == 499)
        #expect(conversation.sent.isEmpty)
    }
}
