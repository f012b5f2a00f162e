import Model
import Routing
import Testing

@testable import Relay

@Suite struct UpstreamCalls {
    private func headers(
        of provider: Provider,
        _ uri: String = "/v1/chat/completions",
        _ sent: [(String, String)] = [],
        own: Bool = false
    ) throws -> [String] {
        var site = Site([provider])
        if own { site.ownKeys = [ownKey("aigpk_1", of: "alpha")] }
        let conversation = Conversation(
            site,
            uri,
            body: #"{"model":"alpha:m"}"#,
            headers: sent
        )
        return try #require(conversation.attempts.first).headers
            .filter { !$0.hasPrefix(LoopMark.header) }
    }

    private func url(_ provider: Provider, _ uri: String) throws -> String {
        let conversation = Conversation(Site([provider]), uri, body: #"{"model":"alpha:m"}"#)
        return try #require(conversation.attempts.first).url
    }

    @Test(
        arguments: [
            (.bearer, "authorization: Bearer operator-key"), (.xAPIKey, "x-api-key: operator-key"),
            (.googAPIKey, "x-goog-api-key: operator-key"),
            (.header("api-key"), "api-key: operator-key"), (.none, nil),
        ] as [(Auth, String?)]
    )
    func `the credential goes as the provider wants it`(auth: Auth, line: String?) throws {
        let lines = try headers(of: try provider("alpha", auth: auth))
        #expect(lines == ["accept-encoding: identity"] + [line].compactMap(\.self))
    }

    @Test func `the account's own key goes before the operator's`() throws {
        let lines = try headers(of: try provider("alpha"), own: true)
        #expect(lines.last == "authorization: Bearer own-secret-of-aigpk_1")
        #expect(!lines.contains { $0.contains("operator-key") })
    }

    @Test func `the gateway key never goes upstream`() throws {
        let token = Site().token
        let lines = try headers(
            of: try provider("alpha"),
            "/v1/chat/completions?alt=\(token)&model=\(token)&api-version=1",
            [("HTTP_USER_AGENT", token), ("HTTP_X_API_KEY", token)]
        )
        #expect(!lines.joined().contains(token))
    }

    @Test func `a configured header wins over the client's`() throws {
        var alpha = try provider("alpha")
        alpha.headers = [HeaderField(name: "User-Agent", value: Secret("gateway"))]
        let lines = try headers(
            of: alpha,
            "/v1/chat/completions",
            [("HTTP_USER_AGENT", "client"), ("HTTP_ACCEPT", "*/*")]
        )
        #expect(
            lines == [
                "accept: */*", "accept-encoding: identity", "User-Agent: gateway",
                "authorization: Bearer operator-key",
            ]
        )
    }

    @Test func `a configured header is none beside the credential`() throws {
        var alpha = try provider("alpha")
        alpha.headers = [
            HeaderField(name: "Authorization", value: Secret("other")),
            HeaderField(name: "ACCEPT-ENCODING", value: Secret("gzip")),
        ]
        #expect(
            try headers(of: alpha)
                == ["accept-encoding: identity", "authorization: Bearer operator-key"]
        )
    }

    @Test func `Anthropic's version is the client's, the configured one, or the known one`() throws
    {
        let path = "/v1/messages"
        let name = "anthropic-version"
        var alpha = try provider("alpha", auth: .xAPIKey)
        #expect(
            try headers(of: alpha, path).filter { $0.hasPrefix(name) } == ["\(name): 2023-06-01"]
        )
        #expect(
            try headers(of: alpha, path, [("HTTP_ANTHROPIC_VERSION", "2026-10-21")])
                .filter { $0.hasPrefix(name) } == ["\(name): 2026-10-21"]
        )
        alpha.headers = [HeaderField(name: "Anthropic-Version", value: Secret("set"))]
        for sent in [[], [("HTTP_ANTHROPIC_VERSION", "2026-10-21")]] {
            #expect(
                try headers(of: alpha, path, sent).filter { $0.lowercased().hasPrefix(name) }
                    == ["Anthropic-Version: set"]
            )
        }
        #expect(!(try headers(of: alpha).contains { $0.hasPrefix(name) }))
    }

    @Test(
        arguments: [
            ("/v1/chat/completions", "/v1/chat/completions"),
            ("/v1/responses", "/v1/responses"), ("/v1/embeddings", "/v1/embeddings"),
            ("/v1/messages?beta=true", "/v1/messages"),
            ("/v1/messages/count_tokens", "/v1/messages/count_tokens"),
            ("/v1beta/models/alpha:m:countTokens", "/v1/models/m:countTokens"),
            (
                "/v1/models/alpha:a%2Fm:streamGenerateContent?alt=sse&key=1",
                "/v1/models/a%2Fm:streamGenerateContent?alt=sse"
            ),
            (
                "/v1/chat/completions?alt=a&api-version=b&model=c&x=d&altx=e",
                "/v1/chat/completions?alt=a&api-version=b&model=c"
            ),
        ]
    )
    func `the URL is the provider's`(uri: String, path: String) throws {
        #expect(try url(try provider("alpha"), uri) == "https://alpha.example" + path)
    }

    @Test func `a token in the query is dropped with its parameter`() throws {
        let token = Site().token
        let uri = "/v1/chat/completions?alt=\(token)&api-version=1&model=x\(token)&model=y"
        #expect(
            try url(try provider("alpha"), uri)
                == "https://alpha.example/v1/chat/completions?api-version=1&model=y"
        )
    }
}
