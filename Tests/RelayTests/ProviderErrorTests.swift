import JSON
import Model
import Routing
import Testing

@testable import Relay

/// What the client sees of a provider's error, by whose key it was.
@Suite struct ProviderErrors {
    private static let body =
        #"{"error":{"message":"bad key sk-0123456789 of org-0123456789","type":"x"}}"#
    private static let headers = [
        ("retry-after", "30"), ("x-ratelimit-remaining-requests", "0"), ("request-id", "req_1"),
        ("x-accel-redirect", "/etc"), ("anthropic-organization-id", "org"),
    ]

    private enum Owner: CaseIterable { case gateway, account, nobody }

    private func ask(
        _ owner: Owner,
        _ uri: String = "/v1/chat/completions",
        stream: Bool = false
    ) throws -> Conversation {
        var site = Site([try provider("alpha", keys: owner == .gateway ? ["key"] : [])])
        if owner == .account { site.ownKeys = [ownKey("aigpk_1", of: "alpha")] }
        return Conversation(site, uri, body: #"{"model":"alpha:m","stream":\#(stream)}"#)
    }

    private func answer(_ owner: Owner, _ status: Int, stream: Bool = false) throws -> Answer {
        var conversation = try ask(owner, stream: stream)
        conversation.answer(status, ProviderErrors.body, headers: ProviderErrors.headers)
        #expect(conversation.command == .finish)
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "1")
        return conversation.answer
    }

    @Test(arguments: [401, 402, 403])
    func `the operator's key that is refused is our own 502, in our words`(status: Int) throws {
        for stream in [false, true] {
            let answer = try answer(.gateway, status, stream: stream)
            #expect(answer.status == 502)
            #expect(answer.code == "ERR_NGROK_27211")
            #expect(!answer.text.contains("bad key"))
            #expect(answer["request-id"] == nil)
            #expect(answer["Retry-After"] == nil)
        }
    }

    @Test func `the operator's key at its limit is our own 429`() throws {
        let answer = try answer(.gateway, 429)
        #expect(answer.status == 429)
        #expect(answer.code == "ERR_NGROK_27217")
        #expect(answer["Retry-After"] == "30")
        #expect(answer["x-ratelimit-remaining-requests"] == nil)
        #expect(!answer.text.contains("bad key"))
    }

    @Test(
        arguments: [
            (["30"], "30"), (["30", "7", "60"], "7"), (["60", nil, "90"], "60"), ([nil, nil], "1"),
            (["x"], "1"), (["Sat, 21 Nov 2026 02:13:12 GMT"], "7"),

            (["60", "Sat, 21 Nov 2026 02:13:12 GMT"], "7"),
        ] as [([String?], String)]
    )
    func `Retry-After is the earliest that anything frees up`(
        waits: [String?],
        expected: String
    ) throws {
        let keys = waits.indices.map { "key-\($0)" }
        var conversation = Conversation(
            Site([try provider("alpha", keys: keys)]),
            body: #"{"model":"alpha:m"}"#
        )
        for wait in waits {
            conversation.answer(429, "", headers: wait.map { [("retry-after", $0)] } ?? [])
        }
        #expect(conversation.answer.code == "ERR_NGROK_27217")
        #expect(conversation.answer["Retry-After"] == expected)
    }

    @Test func `a date in Retry-After counts from the provider's own clock`() throws {
        var conversation = Conversation(
            Site([try provider("alpha")]),
            body: #"{"model":"alpha:m"}"#
        )
        let headers = [
            ("retry-after", "Sat, 21 Nov 2026 02:13:12 GMT"),
            ("date", "Sat, 21 Nov 2026 02:13:08 GMT"),
        ]
        conversation.answer(429, "", headers: headers)
        // Four seconds by its own clock are waited for, whatever ours says.
        conversation.wait(.seconds(4))
        #expect(conversation.attempts.count == 2)
    }

    @Test(arguments: [400, 404, 413, 422, 500, 503, 529])
    func `other errors pass on the operator's key without its identifiers`(status: Int) throws {
        let answer = try answer(.gateway, status)
        #expect(answer.status == status)
        #expect(answer.code == nil)
        #expect(
            answer.text
                == #"{"error":{"message":"bad key sk-*** of org-***","type":"x"}}"#
        )
        #expect(answer["Ngrok-AIG-Model"] == "alpha:m")
        #expect(answer["request-id"] == "req_1")
        #expect(answer["x-ratelimit-remaining-requests"] == nil)
        #expect(!answer.names.contains("x-accel-redirect"))
        #expect(!answer.names.contains("anthropic-organization-id"))
    }

    @Test(arguments: [401, 403])
    func `the account's key that is refused is a 502 with the provider's words`(
        status: Int
    ) throws {
        for owner in [Owner.account, .nobody] {
            let answer = try answer(owner, status)
            #expect(answer.status == 502)
            #expect(answer.code == "ERR_NGROK_27211")
            let message = try answer.json()["error"]?["message"]?.string
            #expect(message?.contains("bad key") == true)
        }
    }

    @Test(arguments: [400, 402, 404, 413, 422, 429, 500, 503])
    func `all else passes unchanged on the account's own key`(status: Int) throws {
        for owner in [Owner.account, .nobody] {
            let answer = try answer(owner, status)
            #expect(answer.status == status)
            #expect(answer.code == nil)
            #expect(answer.text == ProviderErrors.body)
            #expect(answer["retry-after"] == "30")
            #expect(answer["x-ratelimit-remaining-requests"] == "0")
            #expect(!answer.names.contains("x-accel-redirect"))
        }
    }

    @Test func `the last attempt's error is the one that counts`() throws {
        let site = Site([try provider("alpha"), try provider("beta")])
        var conversation = Conversation(site, body: #"{"models":["alpha:a","beta:b"]}"#)
        conversation.answer(500, "first")
        conversation.answer(404, "second", headers: [("request-id", "2")])
        #expect(conversation.answer.status == 404)
        #expect(conversation.answer.text == "second")
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:b")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "2")
    }

    @Test func `an error whose body is torn keeps its status`() throws {
        var conversation = try ask(.account)
        conversation.jsonHead(400)
        conversation.receive("half")
        conversation.end(.connectionLost)
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer.text == "half")
    }

    @Test(arguments: [false, true])
    func `an error whose body never comes keeps its status`(stream: Bool) throws {
        var conversation = try ask(.gateway, stream: stream)
        conversation.jsonHead(403)
        conversation.wait(.seconds(400))
        #expect(conversation.answer.code == "ERR_NGROK_27211")
        #expect(conversation.exchange.record.attempts.map(\.outcome) == [.status(403)])
        #expect(conversation.endCount == 1)
    }

    @Test func `an endless error is cut short`() throws {
        var conversation = try ask(.account)
        conversation.jsonHead(500)
        let part = [UInt8](repeating: 0x78, count: 65536)
        for _ in 0..<4 {
            conversation.receive(part)
            #expect(conversation.command == .wait)
        }
        conversation.receive(part)
        #expect(conversation.command == .finish)
        #expect(conversation.answer.status == 500)
    }

    @Test(arguments: Dialect.allCases)
    func `our own errors are in the client's dialect`(dialect: Dialect) throws {
        let path = [
            Dialect.openAIChat: "/v1/chat/completions", .openAIResponses: "/v1/responses",
            .anthropicMessages: "/v1/messages", .gemini: "/v1/models/alpha:m:generateContent",
        ]
        var conversation = try ask(.gateway, try #require(path[dialect]))
        conversation.answer(401, ProviderErrors.body)
        let root = try conversation.answer.json()
        let message = try #require(root["error"]?["message"]?.string)
        #expect(message.hasPrefix("[ERR_NGROK_27211] "))
        #expect((root["request_id"] != nil) == (dialect == .anthropicMessages))
        #expect((root["error"]?["status"] != nil) == (dialect == .gemini))
    }
}
