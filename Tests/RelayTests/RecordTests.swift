import Access
import JSON
import Model
import Routing
import Testing

@testable import Relay

/// What the access log tells.
@Suite struct Records {
    private func line(_ conversation: Conversation, byteCount: Int = 0) -> String {
        var writer = JSONWriter()
        AccessLogLine.write(
            conversation.exchange,
            byteCount: byteCount,
            at: conversation.now,
            time: Timestamp(unixSecond: Site.second),
            into: &writer
        )
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `the line of a request that went well`() throws {
        var site = Site([try provider("alpha"), try provider("beta", keys: [])])
        site.ownKeys = [ownKey("aigpk_1", of: "beta")]
        var conversation = Conversation(
            site,
            body: #"{"models":["alpha:a","beta:b"],"stream":true}"#,
            headers: [("HTTP_USER_AGENT", "agent"), ("CONTENT_TYPE", "application/json")]
        )
        conversation.wait(.milliseconds(20))
        conversation.answer(429, #"{"error":{"message":"slow down, org-0123456789"}}"#)
        conversation.wait(.milliseconds(30))
        conversation.streamHead()
        conversation.wait(.microseconds(1500))
        conversation.receive(Events.chat.content)
        conversation.wait(.milliseconds(50))
        conversation.receive(Events.chat.ending)
        conversation.end()
        #expect(
            line(conversation, byteCount: 4321)
                == #"{"time":"2026-11-21T02:13:05Z","request_id":"rq_test","#
                + #""key_id":"aigk_1","key_name":"key 1","account":"default","#
                + #""gateway":"ep_main","endpoint":"/v1/chat/completions","#
                + #""model_asked":"alpha:a","model":"beta:b","status":200,"outcome":"served","#
                + #""stream":true,"attempts":["#
                + #"{"model":"alpha:a","key_source":"managed","result":"429","#
                + #""duration_us":20000,"message":"slow down, org-***"},"#
                + #"{"model":"beta:b","key_source":"user","provider_key_id":"aigpk_1","#
                + #""result":"200","duration_us":81500}],"#
                + #""tokens":{"input":7,"output":3,"cache_read":0,"cache_write":0,"reasoning":0},"#
                + #""first_token_us":51500,"bytes":4321,"duration_us":101500}"#
        )
    }

    @Test func `the line of a request that was refused at once`() throws {
        var conversation = Conversation(Site(), "POST", "/v1/none", token: "ng-secret")
        conversation.endBody()
        #expect(
            line(conversation)
                == #"{"time":"2026-11-21T02:13:05Z","request_id":"rq_test","gateway":"","#
                + #""endpoint":"","status":404,"outcome":"refused","error":"ERR_NGROK_27204","#
                + #""stream":false,"attempts":[],"bytes":0,"duration_us":0}"#
        )
    }

    @Test func `no line holds a key, a body or a line's end`() throws {
        var site = Site([try provider("alpha", keys: ["operator-secret-0123456789"])])
        site.keys = [Site.makeKey(1) { $0.name = "na\"me\n{}" }]
        site.ownKeys = [ownKey("aigpk_1", of: "openai")]
        for body in [
            #"{"model":"alpha:m\n\"x\":\"y","prompt":"private words"}"#,
            #"{"model":"alpha:m","prompt":"private words"}"#,
            #"{"model":"openai:m","prompt":"private words"}"#,
            #"{"prompt":"private words"}"#, "private words",
        ] {
            var conversation = Conversation(site, body: body)
            if conversation.endCount == 0 { conversation.answer(200, "private answer") }
            let text = line(conversation)
            #expect(text.utf8.count { $0 == 0x0A } == 0)
            let root = try JSONDocument.parse(Array(text.utf8).span).root
            #expect(root["key_name"]?.string == "na\"me\n{}")
            for secret in [site.token, "operator-secret", "own-secret", "private"] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test func `a name without end is cut in the log`() throws {
        let name = String(repeating: "é", count: 100_000)
        let conversation = Conversation(Site(), body: #"{"model":"\#(name)"}"#)
        #expect(conversation.answer.status == 400)
        let asked = try #require(conversation.exchange.record.modelAsked)
        #expect(asked.utf8.count <= Limits.loggedNameBytes + 3)
        #expect(line(conversation).utf8.count < 2048)
    }

    @Test(
        arguments: [
            (.managed(3), "managed"), (.own(ProviderKeyID("aigpk_1")), "user"),
            (.nobody, "none"),
        ] as [(Credential.Source, String)]
    )
    func `whose key it was`(source: Credential.Source, expected: String) {
        let attempt = AttemptRecord(
            candidate: "a:m",
            credential: source,
            dialect: nil,
            start: .now
        )
        #expect(attempt.keySource == expected)
        #expect(attempt.line == "[cancelled] a:m")
    }

    @Test func `the server's timing is that of gateway and provider`() throws {
        let site = Site([try provider("alpha"), try provider("beta")])
        var conversation = Conversation(site, body: #"{"models":["alpha:m","beta:m"]}"#)
        conversation.wait(.microseconds(1250))
        conversation.end(.connectFailed)
        conversation.wait(.microseconds(212_345))
        conversation.jsonHead()
        conversation.wait(.seconds(1))
        conversation.end()
        #expect(
            conversation.answer["Server-Timing"] == "gateway;dur=1.2, upstream;dur=212.3"
        )
    }
}
