import Model
import Routing
import Testing

@testable import Storage

@Suite struct `A configured provider` {
    private func first(
        _ lines: String...,
        sources: ConfigurationSources = sources()
    ) throws -> Provider {
        let yaml =
            "gateways:\n  - id: ep_main\n    providers:\n      - id: "
            + lines.joined(separator: "\n        ") + "\n"
        return try load(yaml, sources).gateways[0].providers[0]
    }

    @Test func `with a base alone speaks openai-chat, without a key`() throws {
        let provider = try first("my-vllm", "base_url: http://127.0.0.1:8000/v1")
        #expect(provider.dialects == [.openAIChat])
        #expect(provider.surface(for: .openAIChat)?.auth == .bearer)
        #expect(provider.displayName == "my-vllm")
        #expect(provider.isConfigured)
        #expect(!provider.isBuiltIn)
        #expect(!provider.usesHTTP2)
        #expect(provider.managedKeys.isEmpty)
    }

    @Test func `speaks the dialects it lists, each with its base and its credential`() throws {
        let provider = try first(
            "mine",
            "base_url: https://a.example/v1",
            "dialects:",
            "  openai-chat: {}",
            "  openai-responses:",
            "  anthropic-messages: { base_url: https://b.example/v1, path: /m, auth: bearer }",
            "  gemini: { auth: none }"
        )
        #expect(provider.dialects == Dialect.allCases)
        #expect(
            provider.surface(for: .openAIResponses)?.url(for: .responses, model: "m")
                == "https://a.example/v1/responses"
        )
        #expect(
            provider.surface(for: .anthropicMessages)?.url(for: .messages, model: "m")
                == "https://b.example/v1/m"
        )
        #expect(
            Dialect.allCases.map { provider.surface(for: $0)?.auth } == [
                .bearer, .bearer, .bearer, Auth.none,
            ]
        )
    }

    @Test func `keeps the query of its base and takes the gateway's parameters`() throws {
        let configuration = try load(
            """
            gateways:
              - id: ep_main
                query_params: { tag: a b&c }
                headers: { X-Site: s }
                providers:
                  - { id: azure, base_url: "https://a.example/d?api-version=1", dialects: { openai-chat: { auth: api-key } } }
            """
        )
        let providers = configuration.gateways[0].providers
        let surface = providers[0].surface(for: .openAIChat)
        #expect(surface?.auth == .header("api-key"))
        #expect(
            surface?.url(for: .chatCompletions, model: "m")
                == "https://a.example/d/chat/completions?api-version=1&tag=a%20b%26c"
        )
        #expect(providers.providers.allSatisfy { $0.headers.map(\.name) == ["X-Site"] })
    }

    @Test func `of a built-in id changes the built-in one`() throws {
        let plain = try first("openai")
        #expect(plain.isBuiltIn)
        #expect(!plain.usesHTTP2)
        #expect(plain.displayName == "OpenAI")
        let moved = try first(
            "anthropic",
            "base_url: http://127.0.0.1:9/v1",
            "display_name: Claude",
            "http2: false",
            "disabled: true"
        )
        #expect(moved.dialects == [.anthropicMessages])
        #expect(moved.surface(for: .anthropicMessages)?.auth == .xAPIKey)
        #expect(
            moved.surface(for: .anthropicMessages)?.baseURL.text == "http://127.0.0.1:9/v1"
        )
        #expect(moved.displayName == "Claude")
        #expect(!moved.usesHTTP2)
        #expect(moved.isDisabled)
        let narrowed = try first("deepseek", "dialects: { anthropic-messages: {} }")
        #expect(narrowed.dialects == [.anthropicMessages])
        #expect(
            narrowed.surface(for: .anthropicMessages)?.baseURL.text
                == "https://api.deepseek.com/anthropic/v1"
        )
    }

    @Test func `adds to the headers that are passed on`() throws {
        let provider = try first("openrouter", "forward_headers: [ X-Custom, X-Title ]")
        #expect(provider.forwardHeaders == ["http-referer", "x-title", "x-custom"])
    }

    @Test func `lists models`() throws {
        let provider = try first(
            "mine",
            "base_url: http://localhost:1/v1",
            "models:",
            "  - id: 'llama3:8b'",
            "    author_id: meta",
            "    display_name: Llama",
            "    description: Open weights",
            "    input_modalities: [text, image]",
            "    output_modalities: [text]",
            "    max_context_window: 8192",
            "    max_output_tokens: 1024",
            "    supported_features: [tool-calling, reasoning]",
            "    unsupported_params: [logprobs]",
            "    pricing: { input: 0.20, output: '0.60', cache_read: 0, cache_write_1h: '1.000001' }",
            "  - { id: org/Name }"
        )
        var facts = ModelFacts()
        facts.author = "meta"
        facts.displayName = "Llama"
        facts.description = "Open weights"
        facts.inputModalities = Modalities([.text, .image])
        facts.outputModalities = Modalities([.text])
        facts.maxContextWindow = 8192
        facts.maxOutputTokens = 1024
        facts.supportedFeatures = ["tool-calling", "reasoning"]
        facts.unsupportedParameters = ["logprobs"]
        facts.pricing = Pricing(
            TokenRates(
                input: TokenPrice(picoDollars: 200_000),
                output: TokenPrice(picoDollars: 600_000),
                cacheRead: .free,
                cacheWrite1h: TokenPrice(picoDollars: 1_000_001)
            )
        )
        #expect(
            provider.models == [
                ProviderModel(id: "llama3:8b", facts: facts), ProviderModel(id: "org/Name"),
            ]
        )
    }

    @Test(arguments: [
        (
            "pricing: { input: '0.2' }",
            "'gateways[0].providers[0].models[0].pricing.output' is missing"
        ),
        ("pricing: { input: '0.2', output: x }", "pricing.output' must be a decimal number"),
        ("pricing: { input: '0.1234567', output: 1 }", "must not have more than 6 decimals"),
        ("pricing: { input: 1, output: 1, source: x }", "unknown key 'source'"),
        ("input_modalities: [words]", "input_modalities[0]' must be text, image, audio"),
        ("supported_features: [tool calling]", "supported_features[0]' must be letters"),
        ("unsupported_params: logprobs", "unsupported_params' must be a list"),
        ("max_context: 1", "unknown key 'max_context'"),
    ])
    func `refuses a wrong model`(_ line: String, _ problem: String) {
        let found = problems(
            providerYAML(
                "mine",
                "base_url: http://localhost:1/v1",
                "models:",
                "  - id: a",
                "    " + line
            )
        )
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("8:") == true, "\(found)")
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test(arguments: [
        (
            ["mine"],
            "'gateways[0].providers[0].base_url' is missing: 'mine' is no built-in provider"
        ),
        (["a:b", "base_url: http://localhost/v1"], "must be letters, digits"),
        (["mine", "base_url: http://api.example.com"], "is http to api.example.com"),
        (["mine", "base_url: https://169.254.169.254/"], "is never called"),
        (["mine", "base_url: https://a:b@c.example"], "has a user name or password"),
        (["mine", "dialects: { openai-chat: {} }"], "is missing, and so is the provider's"),
        (["mine", "base_url: http://localhost", "dialects: {}"], "must hold at least one of"),
        (
            ["mine", "base_url: http://localhost", "dialects: { openai_chat: {} }"],
            "unknown key 'openai_chat' in 'gateways[0].providers[0].dialects': did you mean 'openai-chat'?"
        ),
        (
            ["mine", "base_url: http://localhost", "dialects: { gemini: { path: /a } }"],
            "gemini's path holds the model"
        ),
        (
            ["mine", "base_url: http://localhost", "dialects: { openai-chat: { path: a } }"],
            "must begin with a slash"
        ),
        (
            ["mine", "base_url: http://localhost", "dialects: { openai-chat: { auth: basic } }"],
            "must be bearer, x-api-key, x-goog-api-key, api-key or none, not 'basic'"
        ),
        (["openai", "api_keys: [ { value: '' } ]"], "is empty"),
        (["openai", "api_keys: [ { value: 'a b' } ]"], "has a space or a character"),
        (
            ["openai", "api_keys: [ {} ]"],
            "'gateways[0].providers[0].api_keys[0].value' is missing"
        ),
        (["openai", "api_keys: [ { value: '${env:NONE}' } ]"], "NONE is not set"),
        (["openai", "forward_headers: [ Authorization ]"], "may hold the client's access key"),
        (["openai", "forward_headers: [ Host ]"], "is set by the gateway itself"),
        (["openai", "forward_headers: [ 'a b' ]"], "is no header's name"),
        (["openai", "models: [ { id: a }, { id: A } ]"], "is there twice: 'A'"),
        (["openai", "models: [ { id: 'a b' } ]"], "is no model's name"),
        (
            ["openai", "models: [ { id: a, max_output_tokens: 0 } ]"],
            "must be a whole number from 1"
        ),
        (["openai", "models: [ { id: a, prices: {} } ]"], "unknown key 'prices'"),
        (
            ["openai", "supported_params: x"],
            "'gateways[0].providers[0].supported_params' must be a list"
        ),
        (["openai", "  - id: OPENAI"], ""),
    ])
    func `that is wrong is refused`(_ lines: [String], _ problem: String) {
        let yaml =
            "gateways:\n  - id: ep_main\n    providers:\n      - id: "
            + lines.joined(separator: "\n        ") + "\n"
        let found = problems(yaml)
        #expect(found.count == 1, "\(found)")
        #expect(problem.isEmpty || found.first?.contains(problem) == true, "\(found)")
    }

    @Test func `stands there once, whatever the case`() {
        let found = problems(gatewayYAML("providers: [ { id: openai }, { id: OpenAI } ]"))
        #expect(found == ["3:40: 'gateways[0].providers[1].id' is there twice: 'OpenAI'"])
    }
}
