import Model
import Testing

@Suite struct `Words that look like keys` {
    @Test(arguments: [
        "sk-0123456789abcdef0123456789abcdef", "sk-ant-api03-0123456789abcdef0123",
        "gsk_0123456789abcdef0123456789", "xai-0123456789abcdef0123456789",
        "AIzaSy0123456789abcdef0123456789", "0123456789abcdef0123456789abcdef",
        "ng-7Kq2mVx9TbLc-g1-0123456789abcdef0123456789abcdef0123456789a",
        "ngm-7Kq2mVx9TbLc-g1-0123456789abcdef0123456789abcdef0123456789a",
    ])
    func `are redacted wherever they stand`(key: String) {
        let redacted = Secret(key).redacted
        #expect(KeyWords.masked(key) == redacted)
        #expect(
            KeyWords.masked("model '\(key)', é: \(key)") == "model '\(redacted)', é: \(redacted)"
        )
        #expect(KeyWords.masked("\(key):model") == "\(redacted):model")
    }

    @Test(arguments: [
        ("sk-0123456789abcdef01234567", true), ("openai:sk-ant-api03-0123456789abcd", true),
        ("a/gsk_0123456789abcdef01234567", true), ("AIza0123456789abcdefghij", true),
        ("sk-telecom-ax-4", false), ("sk_telecom/a-x-3-1-light-2026", false), ("gpt-4o", false),
        ("0123456789abcdef0123456789abcdef", false), ("", false),
        ("task-0123456789abcdefghijk", false),
    ])
    func `are refused in a name beyond doubt alone`(name: String, isRefused: Bool) {
        #expect(KeyWords.holdsKey(name.utf8Span.span) == isRefused)
    }

    @Test(arguments: [
        "", "sk-learn", "There is no access key \"aigk_0VbezXfXXG9GXEOv9H7hbwUx\".",
        "rq_809f11e3daa750b74737b10afcddf856", "claude-sonnet-4-5-20250929-thinking-extended",
        "accessKeyConfigurationId: there is none", "meta/llama-3.3-70b-instruct", "AIza",
        "onlyAllowConfiguredProvidersAndModels", "12345678901234567890123456789012345", "größe – 3",
    ])
    func `are told from names`(text: String) {
        #expect(KeyWords.masked(text) == text)
    }
}
