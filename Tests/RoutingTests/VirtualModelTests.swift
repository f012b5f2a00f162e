import Model
import Testing

@testable import Routing

@Suite struct `A virtual model` {
    private func routes(
        _ targets: [String],
        rules: RouteTable.Rules = .init()
    ) throws -> RouteTable {
        try table(
            own: ["openai", "openrouter", "anthropic"].map { ownKey($0, $0) },
            rules: rules,
            virtual: [
                VirtualModel(name: "fast", targets: targets),
                VirtualModel(name: "gpt-4.1", targets: ["openai:gpt-4o"]),
            ]
        )
    }

    @Test(arguments: [
        (["gpt-4.1-nothing", "openai:new", "gpt-4o"], "fast"),
        (["openai:new", "OPENAI:new", "gpt-4o"], "FAST"),
    ])
    func `leads to its targets in order, each once`(_ targets: [String], _ name: String) throws {
        let resolved = try routes(targets).resolve(model: name, for: .only(.openAIChat))
        #expect(
            resolved.candidates.map(\.displayName) == [
                "openai:new", "openai:gpt-4o", "openrouter:openai/gpt-4o",
            ]
        )
        #expect(resolved.rejected.isEmpty)
        #expect(resolved.namesSeveral)
    }

    @Test func `of one target is one model`() throws {
        #expect(
            try !routes(["gpt-4o"]).resolve(model: "fast", for: .only(.openAIChat)).namesSeveral
        )
    }

    @Test func `stands before a model of the same name`() throws {
        let routes = try routes(["gpt-4o"])
        #expect(try routes.names("gpt-4.1") == ["openai:gpt-4o"])
        #expect(try routes.names("openai:gpt-4.1") == ["openai:gpt-4.1"])
    }

    @Test func `that is reached as a target is not taken apart again`() throws {
        let routes = try routes(["gpt-4.1", "fast"])
        #expect(try routes.names("fast") == ["openai:gpt-4.1"])
    }

    @Test func `may be a fallback`() throws {
        let routes = try routes(["openai:a", "openai:b"])
        let resolved = try routes.resolve(
            model: "gpt-4o",
            models: ["fast", "openai:b", "nothing-like-it"],
            for: .only(.openAIChat)
        )
        #expect(
            resolved.candidates.map(\.displayName)
                == ["openai:gpt-4o", "openrouter:openai/gpt-4o", "openai:a", "openai:b"]
        )
        #expect(resolved.rejected.map(\.name) == ["nothing-like-it"])
    }

    @Test func `of which no target can be used is refused as the first is`() throws {
        #expect(throws: ModelRefusal.noCredential("mistral:a", provider: "mistral")) {
            try routes(["mistral:a", "opnai:b"]).names("fast")
        }
        #expect(throws: ModelRefusal.pathNotOffered("gpt-4o", .only(.gemini))) {
            try routes(["gpt-4o"]).names("fast", [], .gemini)
        }
    }

    @Test func `says of its targets which are left out`() throws {
        let left = try routes(["gpt-oss-120b", "gpt-4o"]).leftOut("Fast", for: .only(.openAIChat))
        #expect(left.map(\.candidate.displayName) == ["groq:openai/gpt-oss-120b"])
        #expect(left.map(\.exclusion) == [.noCredential])
    }

    @Test func `is listed before the others when it leads somewhere`() throws {
        let listed = try routes(["gpt-4o", "anthropic:new"]).models
        #expect(listed.map(\.id) == ["fast", "gpt-4.1", "gpt-4o", "gpt-4.1", "claude-haiku-4-5"])
        #expect(listed[0].isVirtual && !listed[2].isVirtual)
        #expect(listed[0].providers.map(\.rawValue) == ["openai", "openrouter", "anthropic"])
        #expect(listed[0].dialects.contains(.anthropicMessages))
        #expect(!listed[0].dialects.contains(.gemini))
        #expect(try routes(["mistral:a"]).models.first?.id == "gpt-4.1")
        #expect(try routes(["gpt-4o"]).listedModel(named: "FAST")?.id == "fast")
        #expect(try routes(["mistral:a"]).listedModel(named: "fast") == nil)
    }

    @Test func `leads past no rule of the gateway`() throws {
        let routes = try routes(["openai:new"], rules: .init(onlyConfiguredModels: true))
        #expect {
            try routes.names("fast")
        } throws: {
            ($0 as? ModelRefusal)?.code == 27224
        }
        #expect(routes.models.isEmpty)
    }

    @Test func `is suggested to who mistypes it`() throws {
        #expect(throws: ModelRefusal.unknownModel("fats", nearest: ["fast"])) {
            try routes(["gpt-4o"]).names("fats")
        }
    }

    @Test(arguments: [
        ("gpt-4o", nil), ("mistral:a", nil), ("claude-haiku-4-5", nil), ("anthropic:x", nil),
        ("gtp-4o", ModelRefusal.unknownModel("gtp-4o", nearest: ["gpt-4o"])),
        ("opnai:x", .unknownProvider("opnai", nearest: ["openai"])),
        ("auto", .choiceNotAlone("auto")), ("openai:", .malformed("openai:", .emptyModel)),
    ])
    func `has targets that somebody could serve`(_ target: String, _ reason: ModelRefusal?) throws {
        #expect(try table().reasonWhyUnknown(target) == reason)
    }
}
