import Model
import Testing

@testable import Routing

@Suite struct `Resolving a model` {
    private func everyKey() throws -> RouteTable {
        try table(own: ["openai", "anthropic", "groq", "openrouter"].map { ownKey($0, $0) })
    }

    @Test(arguments: [
        ("gpt-4o", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("GPT-4O", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("gpt-4o-latest", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openai/gpt-4o", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("OpenAI/gpt-4o-LATEST", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openai:gpt-4o", ["openai:gpt-4o"]),
        ("OPENAI:GPT-4o", ["openai:gpt-4o"]),
        ("openai:gpt-4o-latest", ["openai:gpt-4o"]),
        ("openrouter:gpt-4o", ["openrouter:openai/gpt-4o"]),
        ("openrouter:openai/gpt-4o", ["openrouter:openai/gpt-4o"]),
        ("openai:openai/gpt-4o", ["openai:gpt-4o"]),
        ("gpt-oss-120b", ["groq:openai/gpt-oss-120b"]),
        ("groq:openai/gpt-oss-120b", ["groq:openai/gpt-oss-120b"]),
        ("groq:gpt-oss-120b", ["groq:openai/gpt-oss-120b"]),
        ("openai:New-Model", ["openai:New-Model"]),
        ("groq:Meta/Llama", ["groq:Meta/Llama"]),
        ("openrouter:meta/llama:free", ["openrouter:meta/llama:free"]),
    ])
    func `takes every form`(_ name: String, _ candidates: [String]) throws {
        #expect(try everyKey().names(name) == candidates)
    }

    @Test func `says whether the catalog knows the model`() throws {
        let routes = try everyKey()
        let known = try routes.resolve(model: "openai:gpt-4o", for: .only(.openAIChat))
        let passed = try routes.resolve(model: "openai:gpt-99", for: .only(.openAIChat))
        #expect(known.candidates.map(\.isKnown) == [true])
        #expect(passed.candidates.map(\.isKnown) == [false])
    }

    @Test(arguments: [
        ("gtp-4o", ModelRefusal.unknownModel("gtp-4o", nearest: ["gpt-4o"])),
        ("openai/gpt-4", .unknownModel("openai/gpt-4", nearest: ["gpt-4o", "gpt-4.1"])),
        ("zzzzzzzzzzzz", .unknownModel("zzzzzzzzzzzz", nearest: [])),
        ("anthropic/gpt-4o", .unknownModel("anthropic/gpt-4o", nearest: ["gpt-4o", "gpt-4.1"])),
        ("opnai:gpt-4o", .unknownProvider("opnai", nearest: ["openai"])),
        ("auto", .choiceNotAlone("auto")),
        ("ngrok/auto", .choiceNotAlone("ngrok/auto")),
        ("openai:", .malformed("openai:", .emptyModel)),
        ("", .malformed("", .empty)),
        ("claude-haiku-4-5", .pathNotOffered("claude-haiku-4-5", .only(.openAIChat))),
        ("anthropic:new", .pathNotOffered("anthropic:new", .only(.openAIChat))),
        ("mistral:new", .noCredential("mistral:new", provider: "mistral")),
    ])
    func `refuses what leads nowhere`(_ name: String, _ refusal: ModelRefusal) throws {
        let routes = try everyKey()
        #expect(throws: refusal) { try routes.names(name) }
    }

    @Test(arguments: [
        (ModelRefusal.missing, 27228, "model is required"),
        (
            .unknownModel("gtp", nearest: ["a", "b", "c"]), 27224,
            "model unknown: 'gtp'. Did you mean a, b or c?"
        ),
        (.unknownModel("gtp", nearest: []), 27224, "model unknown: 'gtp'"),
        (
            .choiceNotAlone("auto"), 27224,
            "model unknown: 'auto'. The gateway chooses a model only when it is named alone, and for "
                + "text; name a model"
        ),
        (
            .nothingReachable, 27226,
            "no model can be reached with this key on this path"
        ),
        (
            .unknownProvider("opnai", nearest: ["openai"]), 27225,
            "provider unknown: 'opnai'. Did you mean openai?"
        ),
        (
            .pathNotOffered("m", .only(.gemini)), 27226,
            "no provider of 'm' offers this path (gemini)"
        ),
        (
            .malformed("openai:", .emptyModel), 27229,
            "malformed model address 'openai:': the model's name is missing at the end"
        ),
        (.providerNotAllowed("groq"), 27231, "provider not allowed: 'groq'"),
        (
            .noCredential("m", provider: "groq"), 27202,
            "no credential for the provider 'groq' of 'm'"
        ),
        (
            .ownKeyNeeded("m"), 27249,
            "this path needs a provider key of your own for 'm': it can't be billed on the gateway's"
        ),
        (.tooMany, 27228, "models has more than 32 entries"),
    ])
    func `says why in words and as a code`(_ refusal: ModelRefusal, _ code: Int, _ text: String) {
        #expect(refusal.code == code)
        #expect(refusal.message == text)
    }

    @Test func `an overlong name is refused and not repeated in full`() throws {
        let routes = try everyKey()
        let name = String(repeating: "m", count: 5000)
        #expect {
            try routes.names(name)
        } throws: { error in
            (error as? ModelRefusal)?.code == 27229
                && ((error as? ModelRefusal)?.message.utf8.count ?? .max) < 150
        }
    }

    @Test func `without a model is refused`() throws {
        let routes = try everyKey()
        #expect(throws: ModelRefusal.missing) { try routes.names(nil) }
    }

    @Test func `asks for what the dialect needs`() throws {
        let routes = try everyKey()
        #expect(
            try routes.names("claude-haiku-4-5", [], .anthropicMessages)
                == ["anthropic:claude-haiku-4-5"]
        )
        #expect(throws: ModelRefusal.pathNotOffered("gpt-4o", .only(.gemini))) {
            try routes.names("gpt-4o", [], .gemini)
        }
    }
}

@Suite struct `A path that can't be billed` {
    private func names(_ routes: RouteTable, _ model: String) throws -> [String] {
        try routes.resolve(model: model, for: Operation.realtime).candidates.map(\.displayName)
    }

    @Test func `is for keys of the account's own`() throws {
        let managed = builtIn("openai", keys: ["operator-key"])
        let routes = try table([managed, builtIn("openrouter")], own: [ownKey("1", "openrouter")])
        #expect(try names(routes, "gpt-4o") == ["openrouter:openai/gpt-4o"])
        for model in ["openai:gpt-4o", "openai:new", "gpt-4.1"] {
            #expect(throws: ModelRefusal.ownKeyNeeded(model)) { try names(routes, model) }
        }
        #expect(throws: ModelRefusal.unknownModel("zzzzzzzz", nearest: [])) {
            try names(routes, "zzzzzzzz")
        }
        let own = try table([managed], own: [ownKey("1", "openai")])
        #expect(try names(own, "openai:gpt-4o") == ["openai:gpt-4o"])
        let others = try routes.resolve(model: "openai:gpt-4o", for: Operation.responses)
        #expect(others.candidates.map(\.displayName) == ["openai:gpt-4o"])
    }

    @Test func `is for providers that need no key`() throws {
        #expect(try names(try table([custom("mine")]), "mine:m") == ["mine:m"])
    }
}

@Suite struct `Fallback models` {
    private func routes() throws -> RouteTable {
        try table(own: ["openai", "openrouter"].map { ownKey($0, $0) })
    }

    @Test func `come after the model, each candidate once`() throws {
        let names = try routes().names("openai:gpt-4o", ["gpt-4o", "gpt-4.1", "GPT-4.1"])
        #expect(names == ["openai:gpt-4o", "openrouter:openai/gpt-4o", "openai:gpt-4.1"])
    }

    @Test func `alone are enough`() throws {
        #expect(try routes().names(nil, ["gpt-4.1"]) == ["openai:gpt-4.1"])
        #expect(throws: ModelRefusal.missing) { try routes().names(nil, []) }
    }

    @Test func `that lead nowhere are rejected beside one that does`() throws {
        let resolved = try routes().resolve(
            model: "gtp-4.1",
            models: ["gpt-4.1", "opnai:x"],
            for: .only(.openAIChat)
        )
        #expect(resolved.candidates.map(\.displayName) == ["openai:gpt-4.1"])
        #expect(resolved.rejected.map(\.name) == ["gtp-4.1", "opnai:x"])
        #expect(resolved.rejected.map(\.refusal.code) == [27224, 27225])
    }

    @Test func `that all lead nowhere are refused as the first is`() throws {
        let routes = try routes()
        #expect(throws: ModelRefusal.unknownProvider("zzzzzz", nearest: [])) {
            try routes.names("zzzzzz:a", ["nothing-like-it"])
        }
    }

    @Test(
        arguments: [
            ("gpt-4o", [], false), ("gpt-4o", ["gpt-4o"], false), ("gpt-4o", ["gpt-4.1"], true),
            (nil, ["gpt-4o", "gpt-4.1"], true), (nil, ["gpt-4o", "gpt-4o"], false),
        ] as [(String?, [String], Bool)]
    )
    func `make several models when they differ`(
        _ model: String?,
        _ models: [String],
        _ isSeveral: Bool
    ) throws {
        let resolved = try routes().resolve(model: model, models: models, for: .only(.openAIChat))
        #expect(resolved.namesSeveral == isSeveral)
    }

    @Test func `are at most 32`() throws {
        let routes = try routes()
        let longest = Array(repeating: "gpt-4o", count: 32)
        #expect(try routes.names("gpt-4.1", longest).count == 3)
        #expect(throws: ModelRefusal.tooMany) { try routes.names("gpt-4.1", longest + ["gpt-4o"]) }
    }
}

@Suite struct `Configured providers` {
    @Test func `come in the order of the file, before the built-in ones`() throws {
        let routes = try table(
            [
                try custom("mine", models: [ProviderModel(id: "gpt-4o")]),
                builtIn("openrouter", keys: ["k"]),
            ],
            own: [ownKey("1", "openai")]
        )
        #expect(
            try routes.names("gpt-4o") == [
                "mine:gpt-4o", "openrouter:openai/gpt-4o", "openai:gpt-4o",
            ]
        )
    }

    @Test func `serve what their models list names, whatever it looks like`() throws {
        let routes = try table([
            try custom(
                "mine",
                models: [
                    ProviderModel(id: "llama3.2:3b"),
                    ProviderModel(id: "meta-llama/Llama-3.3-70B"),
                    ProviderModel(id: "llama-3.3-70b", facts: facts("meta")),
                ]
            )
        ])
        #expect(try routes.names("llama3.2:3b") == ["mine:llama3.2:3b"])
        #expect(try routes.names("mine:llama3.2:3b") == ["mine:llama3.2:3b"])
        #expect(
            try routes.names("meta-llama/llama-3.3-70b") == ["mine:meta-llama/Llama-3.3-70B"]
        )
        #expect(try routes.names("meta/llama-3.3-70b") == ["mine:llama-3.3-70b"])
        #expect(try routes.names("mine:meta/llama-3.3-70b") == ["mine:llama-3.3-70b"])
        #expect(try routes.names("mine:anything") == ["mine:anything"])
    }

    @Test func `replace the built-in provider of the same id`() throws {
        var openai = try custom("openai", models: [])
        openai.managedKeys = [Secret("k")]
        let routes = try table([openai])
        let candidate = try #require(
            try routes.resolve(model: "gpt-4.1", for: .only(.openAIChat)).candidates.first
        )
        #expect(
            routes.providers[candidate.providerIndex].surface(for: .openAIChat)?.baseURL.text
                == "http://127.0.0.1:8000/v1"
        )
        #expect(routes.providers.providers.filter { $0.id.rawValue == "openai" }.count == 1)
    }

    @Test func `that are disabled are not allowed and left out`() throws {
        var openai = builtIn("openai", keys: ["k"])
        openai.isDisabled = true
        let routes = try table([openai], own: [ownKey("1", "openrouter")])
        #expect(try routes.names("gpt-4o") == ["openrouter:openai/gpt-4o"])
        #expect(throws: ModelRefusal.providerNotAllowed("openai")) {
            try routes.names("openai:gpt-4o")
        }
        #expect(throws: ModelRefusal.providerNotAllowed("openai")) {
            try routes.names("openai:new")
        }
        #expect(
            routes.leftOut("gpt-4o", for: .only(.openAIChat)).map(\.exclusion) == [.disabled]
        )
    }

    @Test func `can be the only ones`() throws {
        let routes = try table(
            [builtIn("groq", keys: ["k"])],
            own: [ownKey("1", "openai")],
            rules: .init(onlyConfiguredProviders: true)
        )
        #expect(try routes.names("gpt-oss-120b") == ["groq:openai/gpt-oss-120b"])
        for name in ["gpt-4o", "openai:gpt-4o", "openai:new"] {
            #expect(throws: ModelRefusal.providerNotAllowed("openai")) { try routes.names(name) }
        }
        #expect(routes.models.map(\.id) == ["gpt-oss-120b"])
    }

    @Test func `can have the only models`() throws {
        let mine = try custom("mine", models: [ProviderModel(id: "llama")])
        let routes = try table(
            [mine, builtIn("openai", keys: ["k"])],
            rules: .init(onlyConfiguredModels: true)
        )
        #expect(try routes.names("llama") == ["mine:llama"])
        #expect(try routes.names("mine:llama") == ["mine:llama"])
        for name in ["gpt-4o", "openai:gpt-4o", "mine:other"] {
            #expect {
                try routes.names(name)
            } throws: {
                ($0 as? ModelRefusal)?.code == 27224
            }
        }
        #expect(routes.models.map(\.id) == ["llama"])
    }

    @Test func `set headers over those of the gateway`() throws {
        var mine = try custom("mine")
        mine.headers = [HeaderField(name: "X-Team", value: Secret("mine"))]
        let providers = ProviderTable(
            configured: [mine],
            headers: [
                HeaderField(name: "x-team", value: Secret("all")),
                HeaderField(name: "x-site", value: Secret("s")),
            ],
            parameters: ["tag=1"]
        )
        #expect(providers[0].headers.map(\.name) == ["x-site", "X-Team"])
        #expect(providers[1].headers.map(\.name) == ["x-team", "x-site"])
        #expect(
            providers[0].surface(for: .openAIChat)?.url(for: .chatCompletions, model: "m")
                == "http://127.0.0.1:8000/v1/chat/completions?tag=1"
        )
    }
}

@Suite struct `The list of models` {
    @Test func `names what can be used and who serves it`() throws {
        let routes = try table(
            [try custom("mine", models: [ProviderModel(id: "llama", facts: facts("meta"))])],
            own: [ownKey("1", "openai"), ownKey("2", "openrouter")]
        )
        #expect(routes.models.map(\.id) == ["llama", "gpt-4o", "gpt-4.1"])
        let listed = try #require(routes.listedModel(named: "OpenAI/gpt-4o-latest"))
        #expect(listed.id == "gpt-4o")
        #expect(listed.providers.map(\.rawValue) == ["openai", "openrouter"])
        #expect(listed.facts.maxContextWindow == 128_000)
        #expect(routes.listedModel(named: "claude-haiku-4-5") == nil)
    }

    @Test func `takes what the operator says of a model before the catalog`() throws {
        let model = ProviderModel(id: "gpt-4o", facts: facts(nil, "Ours", context: 1000))
        let routes = try table([try custom("mine", models: [model])])
        let listed = try #require(routes.listedModel(named: "gpt-4o"))
        #expect(listed.displayName == "Ours")
        #expect(listed.facts.maxContextWindow == 1000)
        #expect(listed.facts.maxOutputTokens == 16_384)
        #expect(listed.facts.author == "openai")
    }

    @Test func `an id beats an alias of the same name`() throws {
        let catalog = try Catalog(models: [
            CatalogModel(
                id: "new",
                aliases: ["old"],
                offers: [offer("openai", "new")]
            )
        ])
        let routes = try table(
            [try custom("mine", models: [ProviderModel(id: "old")])],
            own: [ownKey("1", "openai")],
            catalog: catalog
        )
        #expect(try routes.names("old") == ["mine:old"])
        #expect(try routes.names("openai:old") == ["openai:new"])
    }

    @Test func `with one name twice is no catalog`() {
        let first = CatalogModel(id: "a", aliases: ["B"], offers: [])
        let second = CatalogModel(id: "b", offers: [])
        #expect(throws: CatalogError.duplicateName("b", of: "b", and: "a")) {
            try Catalog(models: [first, second])
        }
    }
}
