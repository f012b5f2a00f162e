import Model
import Routing
import Testing

@testable import Relay

@Suite struct Endpoints {
    private func match(_ method: Method, _ path: String) -> EndpointMatch {
        Endpoint.match(method: method, path: path.utf8Span.span)
    }

    @Test(
        arguments: [
            ("/v1/chat/completions", .chatCompletions, .openAIChat),
            ("/v1/responses", .responses, .openAIResponses),
            ("/v1/embeddings", .embeddings, .openAIChat),
            ("/v1/messages", .messages, .anthropicMessages),
            ("/v1/messages/count_tokens", .countTokens, .anthropicMessages),
            ("/v1/completions", .completions, .openAIChat),
            ("/v1/moderations", .moderations, .openAIChat),
            ("/v1/images/generations", .imageGenerations, .openAIChat),
            ("/v1/images/edits", .imageEdits, .openAIChat),
            ("/v1/images/variations", .imageVariations, .openAIChat),
            ("/v1/audio/speech", .speech, .openAIChat),
            ("/v1/audio/transcriptions", .transcriptions, .openAIChat),
            ("/v1/audio/translations", .translations, .openAIChat),
            ("/v1/rerank", .rerank, .openAIChat),
        ] as [(String, Operation, Dialect)]
    )
    func `an operation is asked by POST alone`(
        path: String,
        operation: Operation,
        dialect: Dialect
    ) {
        let endpoint = Endpoint(purpose: .operation(operation), dialect: dialect, name: path)
        #expect(match(.post, path) == .endpoint(endpoint))
        #expect(endpoint.operation == operation)
        for method in [Method.get, .head, .other] {
            #expect(match(method, path) == .otherMethod(endpoint, allowed: "POST"))
        }
    }

    @Test(arguments: ["/v1beta", "/v1"], Operation.GeminiVerb.allCases)
    func `a verb of Gemini's stands behind the model's last colon`(
        version: String,
        verb: Operation.GeminiVerb
    ) {
        let models = [
            ("gemini-2.5-pro", "gemini-2.5-pro"),
            ("google:gemini-2.5-pro", "google:gemini-2.5-pro"),
            ("mine:llama3:8b", "mine:llama3:8b"),
            ("meta%2Fllama", "meta/llama"),
            ("openrouter:meta%2fllama%3Afree", "openrouter:meta/llama:free"),
            ("models/tuned", "models/tuned"),
            ("generateContent", "generateContent"),
            ("m%C3%BC", "mü"),
        ]
        for (written, model) in models {
            let endpoint = Endpoint(
                purpose: .geminiVerb(model: model, verb),
                dialect: .gemini,
                name: "\(version)/models/{model}:\(verb.rawValue)"
            )
            let path = "\(version)/models/\(written):\(verb.rawValue)"
            #expect(match(.post, path) == .endpoint(endpoint))
            #expect(match(.get, path) == .otherMethod(endpoint, allowed: "POST"))
            #expect(endpoint.operation == .gemini(verb))
        }
    }

    @Test(
        arguments: [
            ("/v1/models", .modelList, .openAIChat, "/v1/models"),
            ("/v1beta/models", .modelList, .gemini, "/v1beta/models"),
            ("/v1/models/gpt-4o", .model("gpt-4o"), .openAIChat, "/v1/models/{id}"),
            (
                "/v1/models/openai%2Fgpt-4o", .model("openai/gpt-4o"), .openAIChat,
                "/v1/models/{id}"
            ),
            ("/v1/models/openai:gpt-4o", .model("openai:gpt-4o"), .openAIChat, "/v1/models/{id}"),
            ("/healthz", .health, .openAIChat, "/healthz"),
            ("/readyz", .readiness, .openAIChat, "/readyz"),
        ] as [(String, Endpoint.Purpose, Dialect, String)]
    )
    func `what is answered here takes GET and HEAD`(
        path: String,
        purpose: Endpoint.Purpose,
        dialect: Dialect,
        name: String
    ) {
        let endpoint = Endpoint(purpose: purpose, dialect: dialect, name: name)
        #expect(endpoint.operation == nil)
        for method in [Method.get, .head] { #expect(match(method, path) == .endpoint(endpoint)) }
        for method in [Method.post, .other] {
            #expect(match(method, path) == .otherMethod(endpoint, allowed: "GET, HEAD"))
        }
    }

    @Test func `a WebSocket begins with GET alone`() {
        let endpoint = Endpoint(
            purpose: .operation(.realtime),
            dialect: .openAIChat,
            name: "/v1/realtime"
        )
        #expect(match(.get, "/v1/realtime") == .endpoint(endpoint))
        #expect(endpoint.operation == .realtime)
        for method in [Method.head, .post, .other] {
            #expect(match(method, "/v1/realtime") == .otherMethod(endpoint, allowed: "GET"))
        }
    }

    @Test(arguments: [
        "/", "/v1", "/v1/", "/v1/chat", "/v1/chat/completions/", "/v1/Chat/Completions",
        "/v1/chat/completionsx", "/v1/message", "/v1/messages/count_tokens/x", "/v2/models",
        "/v1beta/", "/v1beta/chat/completions", "/v1beta/models/", "/v1/models/",
        "/v1beta/models/m", "/v1beta/models/m:", "/v1beta/models/m:unknownVerb",
        "/v1beta/models/:generateContent", "/v1beta/models/m:GenerateContent", "/healthz/x",
        "/metrics", "/v1/realtime/", "/v1/realtimes", "/v1beta/realtime", "*x",
    ])
    func `other paths are not served`(path: String) {
        for method in [Method.get, .post] {
            let expected: EndpointMatch = path.hasPrefix("/") ? .notServed : .malformedPath
            #expect(match(method, path) == expected)
        }
    }

    @Test(arguments: [
        "", "*", "v1/models", "//v1/models", "/v1//models", "/v1/models//x", "/./v1/models",
        "/v1/./models", "/v1/../v1/models", "/v1/models/..", "/v1/models/.", "/..", "/.",
        "/v1/models/../chat/completions", "/%2e/v1/models", "/v1%2fmodels", "/v1%2Fmodels",
        "/v1/%2E%2e/models", "/v1/chat%2Fcompletions", "/v1beta%2fmodels/m:generateContent",
        "/v1beta/models/a/../b:generateContent",
    ])
    func `dots, empty segments and their escapes are malformed`(path: String) {
        for method in [Method.get, .post, .other] {
            #expect(match(method, path) == .malformedPath)
        }
    }

    @Test(arguments: [
        "/v1/models/%2e%2e", "/v1/models/a%2Fb", "/v1/models/...", "/v1/models/.hidden",
        "/v1/models/%", "/v1/models/%2", "/v1/models/%zz",
    ])
    func `a model's name may hold what a path may not`(path: String) {
        guard case .endpoint = match(.get, path) else {
            Issue.record("\(path) is not served")
            return
        }
    }

    @Test func `only whole escapes are decoded`() {
        let table = [
            ("a%2Fb", "a/b"), ("%", "%"), ("%2", "%2"), ("%zz", "%zz"), ("%4", "%4"),
            ("%41%", "A%"), ("%C3%BC", "ü"), ("%25%32%46", "%2F"),
        ]
        for (text, expected) in table { #expect(percentDecoded(text.utf8) == expected) }
    }

    @Test(
        arguments: [
            ("/ai/", "/ai/v1/models?x=1", "/v1/models"), ("/ai", "/ai/v1/models", "/v1/models"),
            ("/ai/", "/aid/v1/models", "/aid/v1/models"), ("/ai/", "/ai", "/ai"),
            ("/ai/", "/v1/models", "/v1/models"), ("/", "/v1/models", "/v1/models"),
            ("/a/b/", "/a/b/healthz", "/healthz"), ("/ai", "/ai//v1", "//v1"),
            ("/ai", "/ai?/x", "/ai"),
        ]
    )
    func `the location's prefix is cut off at a slash`(
        prefix: String,
        uri: String,
        path: String
    ) {
        let rules = RequestHeaderRules(providerHeaders: [], tokenPrefix: "ng")
        for parameters in [
            [("REQUEST_URI", uri), ("LOCKKEEPER_PREFIX", prefix)],
            [("LOCKKEEPER_PREFIX", prefix), ("REQUEST_URI", uri)],
        ] {
            var head = RequestHead()
            for (name, value) in parameters {
                head.add(name: name.utf8Span.span, value: value.utf8Span.span, rules: rules)
            }
            #expect(head.withPath { $0.text } == path)
        }
    }

    @Test(
        arguments: [
            ("ng-7Kq2mVx9TbLc-g1-x", true), ("a ng-7Kq2mVx9TbLc-g1-x", true),
            ("ngm-7Kq2mVx9TbLc-g1-x", true), ("{\"k\":\"ngm-7Kq2mVx9TbLc-g1-x\"}", true),
            ("ngm-7Kq2mVx9TbLc-g2-x", false), ("ngx-7Kq2mVx9TbLc-g1-x", false),
            ("ng-7Kq2mVx9TbLc", false), ("", false),
        ]
    )
    func `a token of either plane is known wherever it stands`(value: String, isToken: Bool) {
        let rules = RequestHeaderRules(providerHeaders: [], tokenPrefix: "ng")
        let found = rules.holdsToken(value.utf8Span.span)
        #expect(found == isToken)
    }
}
