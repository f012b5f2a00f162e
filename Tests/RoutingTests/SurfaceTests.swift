import Model
import Testing

@testable import Routing

@Suite struct `A surface's URL` {
    private func surface(
        _ base: String,
        path: String? = nil,
        parameters: [String] = []
    ) throws -> Surface {
        Surface(baseURL: try BaseURL(base), path: path, auth: .bearer, parameters: parameters)
    }

    @Test(arguments: [
        (Operation.chatCompletions, "https://h.example/v1/chat/completions"),
        (.embeddings, "https://h.example/v1/embeddings"),
        (.responses, "https://h.example/v1/responses"),
        (.messages, "https://h.example/v1/messages"),
        (.countTokens, "https://h.example/v1/messages/count_tokens"),
        (.gemini(.generateContent), "https://h.example/v1/models/m:generateContent"),
        (.gemini(.streamGenerateContent), "https://h.example/v1/models/m:streamGenerateContent"),
        (.gemini(.countTokens), "https://h.example/v1/models/m:countTokens"),
        (.gemini(.embedContent), "https://h.example/v1/models/m:embedContent"),
    ])
    func `ends in the operation's path`(_ operation: Routing.Operation, _ url: String) throws {
        #expect(try surface("https://h.example/v1/").url(for: operation, model: "m") == url)
    }

    @Test func `keeps the query of its base`() throws {
        let azure = try surface("https://h.example/deployments/d?api-version=1")
        #expect(
            azure.url(for: .chatCompletions, model: "m")
                == "https://h.example/deployments/d/chat/completions?api-version=1"
        )
    }

    @Test func `carries the configured parameters behind the base's`() throws {
        let surface = try surface("https://h.example/v1?a=1", parameters: ["b=2"])
            .adding(parameters: ["c=3", "d=4"])
        #expect(
            surface.url(for: .messages, model: "m")
                == "https://h.example/v1/messages?a=1&b=2&c=3&d=4"
        )
    }

    @Test func `takes its own path for the dialect's main operation alone`() throws {
        let surface = try surface("https://h.example", path: "/generate")
        #expect(surface.url(for: .chatCompletions, model: "m") == "https://h.example/generate")
        #expect(surface.url(for: .embeddings, model: "m") == "https://h.example/embeddings")
    }

    @Test(arguments: [
        ("alt=sse", "?alt=sse"),
        ("key=ng-secret&alt=sse", "?alt=sse"),
        ("beta=true", ""),
        ("api-version=2&model=x", "?api-version=2&model=x"),
        ("ALT=sse", ""),
        ("alt", "?alt"),
        ("alt=a b", ""),
        ("alt=a#b", ""),
        ("alt=a\r\nX: y", ""),
        ("&&=&", ""),
    ])
    func `takes of the client's query only what goes upstream`(
        _ query: String,
        _ end: String
    ) throws {
        let url = try surface("https://h.example").url(
            for: .messages,
            model: "m",
            clientQuery: query
        )
        #expect(url == "https://h.example/messages" + end)
    }

    @Test func `lets the configuration win over the client's query`() throws {
        let surface = try surface("https://h.example?api-version=1")
        #expect(
            surface.url(for: .messages, model: "m", clientQuery: "api-version=9&alt=sse")
                == "https://h.example/messages?api-version=1&alt=sse"
        )
    }

    @Test func `encodes a model that stands in the path`() throws {
        let url = try surface("https://h.example").url(
            for: .gemini(.generateContent),
            model: "../a b/ü?#"
        )
        #expect(url == "https://h.example/models/..%2Fa%20b%2F%C3%BC%3F%23:generateContent")
    }
}

@Suite struct `The built-in providers` {
    @Test func `are those whose base URL is documented, in the order of the manual`() {
        #expect(
            BuiltInProviders.all.map(\.id.rawValue) == [
                "openai", "anthropic", "google", "groq", "deepseek", "openrouter", "mistral",
                "xai", "moonshotai", "z-ai", "minimax", "qwencloud", "hyperbolic",
                "inceptionlabs", "inference-net",
            ]
        )
    }

    @Test func `are all called over TLS and with a credential`() {
        for provider in BuiltInProviders.all {
            #expect(!provider.dialects.isEmpty)
            for dialect in provider.dialects {
                #expect(provider.surface(for: dialect)?.baseURL.isPlainHTTP == false)
                #expect(provider.surface(for: dialect)?.auth != Auth.none)
            }
        }
    }

    @Test(arguments: [
        ("google", Dialect.openAIChat, "https://generativelanguage.googleapis.com/v1beta/openai"),
        ("google", .gemini, "https://generativelanguage.googleapis.com/v1beta"),
        ("deepseek", .anthropicMessages, "https://api.deepseek.com/anthropic/v1"),
        ("moonshotai", .anthropicMessages, "https://api.moonshot.ai/anthropic/v1"),
        ("z-ai", .anthropicMessages, "https://api.z.ai/api/anthropic/v1"),
        ("minimax", .anthropicMessages, "https://api.minimax.io/anthropic/v1"),
        ("openai", .openAIResponses, "https://api.openai.com/v1"),
    ])
    func `have a base for each dialect they offer`(_ id: String, _ dialect: Dialect, _ base: String)
    {
        let provider = BuiltInProviders.all.first { $0.id.rawValue == id }
        #expect(provider?.surface(for: dialect)?.baseURL.text == base)
    }

    @Test(arguments: [
        ("openai", ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1", nil, nil]),
        ("anthropic", [nil, nil, "http://127.0.0.1:9/v1", nil]),
        ("google", ["http://127.0.0.1:9/v1/openai", nil, nil, "http://127.0.0.1:9/v1"]),
        ("deepseek", ["http://127.0.0.1:9/v1", nil, nil, nil]),
    ])
    func `move as a whole, and speak nowhere else`(_ id: String, _ bases: [String?]) throws {
        var provider = try #require(BuiltInProviders.provider(id))
        try provider.move(to: try BaseURL("http://127.0.0.1:9/v1/"))
        #expect(Dialect.allCases.map { provider.surface(for: $0)?.baseURL.text } == bases)
    }

    @Test func `pass OpenRouter's attribution headers on`() {
        let openRouter = BuiltInProviders.all.first { $0.id.rawValue == "openrouter" }
        #expect(openRouter?.forwardHeaders == ["http-referer", "x-title"])
    }
}
