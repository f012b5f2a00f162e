import Testing

@testable import Relay

@Suite struct Redactions {
    private func redacted(_ text: String) -> String {
        String(decoding: Redaction.providerIdentifiers(in: Array(text.utf8)), as: UTF8.self)
    }

    @Test(
        arguments: [
            ("org-Abc123Def456", "org-***"), ("org_01hzj5ABCDEF", "org_***"),
            ("proj_Abc123Def456", "proj_***"), ("sk-proj-Abc123Def456", "sk-***"),
            ("sk-ant-api03-Abc_123-Def", "sk-***"), ("sk-proj-****************Wxyz", "sk-***"),
            ("sk_live_0123456789", "sk_***"), ("user-0123456789", "user-***"),
            ("gsk_0123456789", "gsk_***"), ("xai-0123456789", "xai-***"),
            ("AIzaSyA0123456789-_abc", "AIza***"), ("projects/my-project-1", "projects/***"),
            ("project_number:123456789012", "project_number:***"),
            ("in organization org-Abc123Def456 on tokens", "in organization org-*** on tokens"),
            (#"{"key":"sk-12345678","o":"org-12345678"}"#, #"{"key":"sk-***","o":"org-***"}"#),
            (#"limit for\norg-Abc123Def456\tx"#, #"limit for\norg-***\tx"#),
            (#"\u000aorg-Abc123Def456"#, #"\u000aorg-***"#),
            ("(org-12345678)org-12345678", "(org-***)org-***"),
            ("org-12345678 org-12345678", "org-*** org-***"),
        ]
    )
    func `identifiers of the operator's account are cut`(text: String, expected: String) {
        #expect(redacted(text) == expected)
    }

    @Test(arguments: [
        "", "org-", "org-1234567", "sk-learn", "ask-something-longer-here", "cyborg-1234567890",
        "the user-agent", "gpt-4o is overloaded", "org", "xai-grok", "projects/a", "\u{0}\u{FF}",
        "task_sk-12345678",
    ])
    func `words that only look like one stay`(text: String) {
        #expect(redacted(text) == text)
    }

    @Test func `bytes that are no text pass`() {
        let bytes: [UInt8] = [0xFF, 0xFE, 0x00, 0x80, 0x6F, 0x72, 0x67, 0x2D]
        #expect(Redaction.providerIdentifiers(in: bytes) == bytes)
    }
}

@Suite struct ProviderMessages {
    @Test(
        arguments: [
            (#"{"error":{"message":"no","type":"x"}}"#, "no"), (#"{"error":"no"}"#, "no"),
            (#"{"message":"no"}"#, "no"), (#"{"error":{"type":"x"},"message":"no"}"#, "no"),
            (#" {"error" : {"a":[1], "mess\u0061ge" : "n\u006f\n"} } "#, "no\n"),
            (#"[{"error":{"code":400,"message":"no"}}]"#, "no"),
            (#" [ {"error":{"message":"no"}} , {}]"#, "no"),
            (#"{"type":"error","error":{"type":"x","message":"no"}}"#, "no"),
            (#"{"error":null,"message":"no"}"#, "no"),
            (#"{"error":{"message":"bad key sk-0123456789"}}"#, "bad key sk-***"),
            (#"{"error":{"message":null}}"#, nil), (#"{"error":{}}"#, nil), ("{}", nil),
            ("", nil), ("[]", nil), ("[1]", nil), ("null", nil), (#""no""#, nil),
            ("<html>502</html>", nil), (#"{"error":{"message":"to"#, nil),
            (#"{"error":{"message":"a"}}{"#, nil), (#"{"error":{"message":"\ud800"}}"#, nil),
            (#"{"error":{"message":"a"},"error":{"message":"b"}}"#, nil),
        ] as [(String, String?)]
    )
    func `the text is found wherever a provider puts it`(body: String, message: String?) {
        #expect(ProviderMessage.find(in: Array(body.utf8)) == message)
    }

    @Test func `a long text is cut`() throws {
        let body = #"{"error":{"message":""# + String(repeating: "é", count: 10_000) + #""}}"#
        let message = try #require(ProviderMessage.find(in: Array(body.utf8)))
        #expect(message.count == 301)
        #expect(message.hasSuffix("é…"))
    }

    @Test func `no nesting is too deep to be refused`() {
        let body = String(repeating: "[", count: 100_000)
        #expect(ProviderMessage.find(in: Array(body.utf8)) == nil)
    }
}
