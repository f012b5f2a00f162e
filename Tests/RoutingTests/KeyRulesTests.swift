import Model
import Testing

@testable import Routing

/// Two providers of the catalog with keys of both kinds, one with managed keys alone, and a custom
/// one without any.
private func site() throws -> RouteTable {
    var meta = ModelFacts()
    meta.author = "meta"
    return try table(
        [
            builtIn("openai", keys: ["managed-1", "managed-2"]),
            builtIn("openrouter", keys: ["managed-r"]),
            builtIn("groq", keys: ["managed-g"]),
            custom("mine", models: [ProviderModel(id: "Llama", facts: meta)]),
        ],
        own: [ownKey("1", "openai"), ownKey("2", "openai"), ownKey("3", "openai")]
    )
}

private func rules(
    _ policy: KeyPolicy,
    _ routes: RouteTable,
    _ turns: KeyTurns? = nil
) -> KeyRules {
    let id = ConfigurationID("aigac_1")
    let turns = turns ?? KeyTurns(of: [(id, policy)], keyCount: 8, seed: 1)
    var builder = KeyRulesBuilder(routes: routes, turns: turns)
    return builder.rules(id, policy)
}

private func rule(_ name: String, _ steps: KeyStep...) -> KeyRule {
    name.contains(":")
        ? KeyRule(provider: nil, model: name, steps: steps)
        : KeyRule(provider: ProviderID(name), model: nil, steps: steps)
}

private func user(_ ids: String..., by strategy: KeyStrategy = .ordered) -> KeyStep {
    .user(strategy, ids.map { ProviderKeyID($0) })
}

@Suite struct `The allow lists of a configuration` {
    private func reached(
        _ access: AllowLists,
        _ model: String,
        _ dialect: Dialect = .openAIChat
    ) throws -> [String] {
        let routes = try site()
        return try routes.resolve(
            model: model,
            for: .only(dialect),
            under: rules(KeyPolicy(access: access), routes)
        ).candidates.map(\.displayName)
    }

    @Test(arguments: [
        ("gpt-4o", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("GPT-4O", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("gpt-4o-latest", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openai/gpt-4o", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("OpenAI/gpt-4o-latest", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openai:gpt-4o", ["openai:gpt-4o"]),
        ("openai:openai/gpt-4o", ["openai:gpt-4o"]),
        ("openrouter:openai/gpt-4o", ["openrouter:openai/gpt-4o"]),
        ("openrouter:gpt-4o", ["openrouter:openai/gpt-4o"]),
        ("openai/*", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openrouter:*", ["openrouter:openai/gpt-4o"]),
        ("OpenRouter:OpenAI/*", ["openrouter:openai/gpt-4o"]),
        ("gpt-4*", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("*", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
    ])
    func `take a model in every form`(_ entry: String, _ candidates: [String]) throws {
        for name in ["gpt-4o", "Openai/GPT-4o", "gpt-4o-latest"] {
            #expect(try reached(AllowLists(models: [entry]), name) == candidates, "\(name)")
        }
    }

    @Test(arguments: ["gpt-4", "gpt-4.1", "openai/gpt-4.1", "groq:gpt-4o", "gpt-4o-*", "o*", "gpt"])
    func `leave out what no entry names`(_ entry: String) throws {
        let access = AllowLists(models: entry == "gpt-4o-*" ? [] : [entry])
        if entry == "o*" {
            // A name with its author or its provider begins so.
            #expect(try reached(access, "gpt-4o").count == 2)
        } else {
            #expect(throws: ModelRefusal.modelNotAllowed("gpt-4o")) {
                try reached(access, "gpt-4o")
            }
        }
    }

    @Test(arguments: [
        ("openai", ["openai:gpt-4o"]), ("OPENAI", ["openai:gpt-4o"]),
        ("open*", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
        ("openr*", ["openrouter:openai/gpt-4o"]),
        ("*", ["openai:gpt-4o", "openrouter:openai/gpt-4o"]),
    ])
    func `take providers`(_ entry: String, _ candidates: [String]) throws {
        #expect(try reached(AllowLists(providers: [entry]), "gpt-4o") == candidates)
    }

    @Test func `refuse with the dimension that shuts everything out`() throws {
        #expect(throws: ModelRefusal.providerNotAllowed("openai")) {
            try reached(AllowLists(providers: ["groq"]), "gpt-4o")
        }
        #expect(throws: ModelRefusal.providerNotAllowed("openai")) {
            try reached(AllowLists(providers: []), "gpt-4o")
        }
        #expect(throws: ModelRefusal.modelNotAllowed("gpt-4o")) {
            try reached(AllowLists(models: []), "gpt-4o")
        }
        // Each shuts out one of the two.
        #expect(throws: ModelRefusal.modelNotAllowed("gpt-4o")) {
            try reached(
                AllowLists(providers: ["openai"], models: ["openrouter:openai/gpt-4o"]),
                "gpt-4o"
            )
        }
        // Before anything is said about keys.
        #expect(throws: ModelRefusal.providerNotAllowed("anthropic")) {
            try reached(AllowLists(providers: ["groq"]), "claude-haiku-4-5", .anthropicMessages)
        }
        #expect(ModelRefusal.modelNotAllowed("a").code == 27232)
    }

    @Test(arguments: [
        (AllowLists(models: ["openai:new"]), "openai:new", true),
        (AllowLists(models: ["OpenAI:NEW"]), "openai:New", true),
        (AllowLists(models: ["openai:n*"]), "openai:New", true),
        (AllowLists(models: ["new"]), "openai:new", true),
        (AllowLists(models: ["some/*"]), "openai:some/new", true),
        (AllowLists(models: ["openai/*"]), "openai:new", false),
        (AllowLists(models: ["groq:*"]), "openai:new", false),
        (AllowLists(models: ["openai:new2"]), "openai:new", false),
        (AllowLists(providers: ["openai"]), "openai:new", true),
        (AllowLists(providers: ["groq"]), "openai:new", false),
        (AllowLists(), "openai:new", true),
    ])
    func `hold for names that nobody knows`(
        _ access: AllowLists,
        _ name: String,
        _ isAllowed: Bool
    ) throws {
        let routes = try site()
        do throws(ModelRefusal) {
            let found = try routes.resolve(
                model: name,
                for: .only(.openAIChat),
                under: rules(KeyPolicy(access: access), routes)
            )
            #expect(isAllowed && found.candidates.count == 1)
        } catch {
            #expect(!isAllowed)
            #expect([27231, 27232].contains(error.code))
        }
    }

    @Test func `leave fallbacks out that they do not allow, and tell which`() throws {
        let routes = try site()
        let found = try routes.resolve(
            model: "gpt-4.1",
            models: ["gpt-4o", "groq:x", "openai:gpt-4o"],
            for: .only(.openAIChat),
            under: rules(
                KeyPolicy(access: AllowLists(providers: ["openai"], models: ["gpt-4o"])),
                routes
            )
        )
        #expect(found.candidates.map(\.displayName) == ["openai:gpt-4o"])
        #expect(
            found.rejected == [
                RejectedModel(name: "gpt-4.1", refusal: .modelNotAllowed("gpt-4.1")),
                RejectedModel(name: "groq:x", refusal: .providerNotAllowed("groq")),
            ]
        )
        #expect(found.namesSeveral)
    }

    @Test func `decide which models are listed`() throws {
        let routes = try site()
        let listed = { (access: AllowLists) in
            routes.models(under: rules(KeyPolicy(access: access), routes)).map(\.id)
        }
        #expect(routes.models(under: nil).map(\.id) == routes.models.map(\.id))
        #expect(listed(AllowLists()) == routes.models.map(\.id))
        #expect(listed(AllowLists(models: [])).isEmpty)
        #expect(listed(AllowLists(models: ["openai:*"])) == ["gpt-4o", "gpt-4.1"])
        #expect(listed(AllowLists(providers: ["groq", "mine"])) == ["gpt-oss-120b", "Llama"])
        let one = rules(KeyPolicy(access: AllowLists(models: ["meta/llama"])), routes)
        #expect(routes.listedModel(named: "mine:llama", under: one)?.id == "Llama")
        #expect(routes.listedModel(named: "gpt-4o", under: one) == nil)
        let keyless = KeyPolicy(rules: [rule("mine", .managed), rule("groq", user())])
        #expect(
            routes.models(under: rules(keyless, routes)).map(\.id).contains("gpt-oss-120b") == false
        )
        #expect(routes.models(under: rules(keyless, routes)).map(\.id).contains("Llama"))
    }

    @Test func `narrow each listed model to where it may be had`() throws {
        let virtual = [
            VirtualModel(name: "both", targets: ["gpt-4o", "openai:unheard-of"]),
            VirtualModel(name: "other", targets: ["groq:unheard-of"]),
        ]
        let all = try site()
        let routes = RouteTable(
            providers: all.providers,
            catalog: try smallCatalog(),
            virtualModels: virtual
        )
        let listed = { (access: AllowLists) in
            Dictionary(
                uniqueKeysWithValues: routes.models(
                    under: rules(KeyPolicy(access: access), routes)
                ).map { ($0.id, $0.providers.map(\.rawValue)) }
            )
        }
        let router = listed(AllowLists(providers: ["openrouter"]))
        #expect(router == ["gpt-4o": ["openrouter"], "both": ["openrouter"]])
        let named = listed(AllowLists(models: ["openai:unheard-of", "groq:*"]))
        #expect(
            named == ["both": ["openai"], "other": ["groq"], "gpt-oss-120b": ["groq"]]
        )
    }

    @Test func `narrow what is suggested in place of a mistyped name`() throws {
        let routes = try site()
        let policy = KeyPolicy(access: AllowLists(models: ["gpt-4.1"]))
        #expect(throws: ModelRefusal.unknownModel("gpt-4.0", nearest: ["gpt-4.1"])) {
            try routes.resolve(
                model: "gpt-4.0",
                for: .only(.openAIChat),
                under: rules(policy, routes)
            )
        }
    }

    @Test func `narrow who serves a listed model, and in which dialects`() throws {
        let routes = try table(
            [
                try custom("gem", models: [ProviderModel(id: "twin")], dialect: .gemini),
                try custom("chat", models: [ProviderModel(id: "twin")]),
            ],
            virtual: [VirtualModel(name: "both", targets: ["twin", "gem:other"])]
        )
        func listed(_ provider: String) throws -> [ListedModel] {
            routes.models(
                under: rules(KeyPolicy(access: AllowLists(providers: [provider])), routes)
            )
        }
        #expect(try listed("gem").map(\.id) == ["both", "twin"])
        #expect(try listed("chat").map(\.id) == ["both", "twin"])
        for model in try listed("chat") {
            #expect(model.providers.map(\.rawValue) == ["chat"])
            #expect(model.dialects.contains(.openAIChat) && !model.dialects.contains(.gemini))
        }
        for model in try listed("gem") {
            #expect(model.providers.map(\.rawValue) == ["gem"])
            #expect(!model.dialects.contains(.openAIChat) && model.dialects.contains(.gemini))
        }
        #expect(try listed("openai").isEmpty)
    }

    @Test func `tell why something is left out`() throws {
        let routes = try site()
        let policy = KeyPolicy(
            access: AllowLists(providers: ["openai"], models: ["openai/gpt-4.1"])
        )
        let left = routes.leftOut("gpt-4o", for: .only(.openAIChat), under: rules(policy, routes))
        #expect(left.map(\.exclusion) == [.modelNotAllowed, .providerNotAllowed])
    }
}

@Suite struct `The rules of a configuration` {
    private func keys(
        _ policy: KeyPolicy,
        _ model: String,
        for operation: Operation = .chatCompletions
    ) throws -> [String] {
        let routes = try site()
        let keyRules = rules(policy, routes)
        let resolved = try routes.resolve(model: model, for: operation, under: keyRules)
        let choice = KeyChoice(routes, under: keyRules, for: operation)
        return try resolved.candidates.flatMap { candidate in
            let credentials = try choice.credentials(for: candidate)
            #expect(choice.keyCount(for: candidate) == credentials.count)
            return credentials.map { $0.secret?.exposed ?? "-" }
        }
    }

    @Test func `are not asked where none speaks of the provider`() throws {
        #expect(
            try keys(KeyPolicy(), "openai:gpt-4o") == ["secret-1", "secret-2", "secret-3"]
        )
        let policy = KeyPolicy(rules: [rule("openai", .managed)])
        #expect(try keys(policy, "groq:gpt-oss-120b") == ["managed-g"])
        #expect(try keys(policy, "mine:llama") == ["-"])
    }

    @Test(
        arguments: [
            ([user("2")], ["secret-2"]),
            ([user("3", "1")], ["secret-3", "secret-1"]),
            ([.managed], ["managed-1", "managed-2"]),
            ([user("2"), .managed], ["secret-2", "managed-1", "managed-2"]),
            ([.managed, user("2")], ["managed-1", "managed-2", "secret-2"]),
            (
                [user("2"), user("1", "2"), .managed, .managed],
                ["secret-2", "secret-1", "managed-1", "managed-2"]
            ),
        ] as [([KeyStep], [String])]
    )
    func `give the keys of their steps, one after the other`(
        _ steps: [KeyStep],
        _ expected: [String]
    ) throws {
        let policy = KeyPolicy(
            rules: [KeyRule(provider: ProviderID("OpenAI"), model: nil, steps: steps)]
        )
        #expect(try keys(policy, "openai:gpt-4o") == expected)
        #expect(try keys(policy, "openai:nobody-knows-it") == expected)
    }

    @Test(arguments: ["openai:gpt-4o", "OpenAI:GPT-4o", "openai:openai/gpt-4o-latest"])
    func `about a model beat those about the provider`(_ model: String) throws {
        let policy = KeyPolicy(
            rules: [rule("openai", user("1")), rule(model, user("2"))]
        )
        #expect(try keys(policy, "openai:gpt-4o") == ["secret-2"])
        #expect(try keys(policy, "gpt-4o-latest") == ["secret-2", "managed-r"])
        #expect(try keys(policy, "openai:gpt-4.1") == ["secret-1"])
    }

    @Test func `about a model that nobody knows hold for it`() throws {
        let policy = KeyPolicy(rules: [rule("openai:Brand-New", user("3"))])
        #expect(try keys(policy, "openai:brand-new") == ["secret-3"])
        #expect(try keys(policy, "openai:brand-new-2") == ["secret-1", "secret-2", "secret-3"])
    }

    @Test func `that lead to no key are a refusal, or leave the candidate out`() throws {
        let routes = try table([custom("mine")], own: [ownKey("1", "openai")])
        let policy = KeyPolicy(rules: [rule("openai", .managed)])
        #expect(throws: ModelRefusal.noCredential("gpt-4o", provider: "openai")) {
            try routes.resolve(
                model: "gpt-4o",
                for: .only(.openAIChat),
                under: rules(policy, routes)
            )
        }
        #expect(throws: ModelRefusal.noCredential("openai:new", provider: "openai")) {
            try routes.resolve(
                model: "openai:new",
                for: .only(.openAIChat),
                under: rules(policy, routes)
            )
        }
        let left = routes.leftOut("gpt-4.1", for: .only(.openAIChat), under: rules(policy, routes))
        #expect(left.map(\.exclusion) == [.noCredentialInRule])
    }

    @Test func `give a realtime session keys of the account alone`() throws {
        let both = KeyPolicy(rules: [rule("openai", .managed, user("2"))])
        #expect(try keys(both, "openai:gpt-realtime", for: .realtime) == ["secret-2"])
        #expect(throws: ModelRefusal.ownKeyNeeded("openai:gpt-realtime")) {
            try keys(
                KeyPolicy(rules: [rule("openai", .managed)]),
                "openai:gpt-realtime",
                for: .realtime
            )
        }
    }

    @Test func `are known by their places`() throws {
        let routes = try site()
        let keyRules = rules(
            KeyPolicy(rules: [rule("groq", .managed), rule("openai:gpt-4o", .managed)]),
            routes
        )
        let candidates = try routes.resolve(model: "gpt-4o", for: .only(.openAIChat)).candidates
        #expect(candidates.map { keyRules.rule(for: $0) } == [1, nil])
    }
}

@Suite struct `The strategy of a step` {
    private let id = ConfigurationID("aigac_1")

    private func orders(
        _ strategy: KeyStrategy,
        count: Int,
        note: Bool = false
    ) throws -> [[String]] {
        let own = (1...4).map { number in
            OwnKey(
                id: ProviderKeyID("\(number)"),
                provider: ProviderID("openai"),
                secret: Secret("\(number)"),
                row: UInt32(number)
            )
        }
        let routes = try table(own: own)
        let step = KeyStep.user(strategy, ["1", "2", "3"].map { ProviderKeyID($0) })
        let policy = KeyPolicy(rules: [rule("openai", step, user("4"))])
        let turns = KeyTurns(of: [(id, policy)], keyCount: 8, seed: 7)
        let keyRules = rules(policy, routes, turns)
        let resolved = try routes.resolve(
            model: "gpt-4.1",
            for: .only(.openAIChat),
            under: keyRules
        )
        return try (0..<count).map { _ in
            let choice = KeyChoice(routes, under: keyRules, for: .chatCompletions)
            let candidate = try #require(resolved.candidates.first)
            let credentials = try choice.credentials(for: candidate)
            if note, let row = credentials.first?.row { turns.noteUse(of: row, atUnixSecond: 60) }
            return credentials.map { $0.secret?.exposed ?? "" }
        }
    }

    @Test func `is the order of the list unless said`() throws {
        #expect(
            try orders(.ordered, count: 3)
                == Array(repeating: ["1", "2", "3", "4"], count: 3)
        )
    }

    @Test func `gives each key its turn, the others after it`() throws {
        #expect(
            try orders(.roundRobin, count: 4) == [
                ["1", "2", "3", "4"], ["2", "3", "1", "4"], ["3", "1", "2", "4"],
                ["1", "2", "3", "4"],
            ]
        )
    }

    @Test func `takes the key that was used least`() throws {
        let firsts = try orders(.leastUsed, count: 30, note: true).map { $0[0] }
        for key in ["1", "2", "3"] { #expect(firsts.count { $0 == key } == 10) }
    }

    @Test func `takes any key, each as often as the others in the long run`() throws {
        let orders = try orders(.random, count: 3000)
        for key in ["1", "2", "3"] {
            #expect((900...1100).contains(orders.count { $0[0] == key }))
        }
        #expect(Set(orders).count == 6)
        #expect(orders.allSatisfy { $0.last == "4" && $0.count == 4 })
    }

    @Test func `counts the uses of two minutes`() {
        let policy = KeyPolicy(rules: [rule("openai", user("1", "2", by: .leastUsed))])
        let turns = KeyTurns(of: [(id, policy)], keyCount: 3, seed: 0)
        let minute: Int64 = 29_920_453 * 60
        func use(_ row: UInt32, _ count: Int, at second: Int64) {
            for _ in 0..<count { turns.noteUse(of: row, atUnixSecond: second) }
        }
        use(0, 5, at: minute)
        use(1, 3, at: minute + 59)
        #expect(turns.useCounts(of: [0, 1, 2, nil, 99]) == [5, 3, 0, 0, 0])
        use(1, 1, at: minute + 60)
        #expect(turns.useCounts(of: [0, 1]) == [5, 4])
        use(1, 1, at: minute + 120)
        #expect(turns.useCounts(of: [0, 1]) == [0, 2])
        use(99, 1, at: minute)
    }

    @Test func `is asked once a request and candidate`() throws {
        let own = [ownKey("1", "openai"), ownKey("2", "openai")]
        let routes = try table([builtIn("openrouter", keys: ["r"])], own: own)
        let policy = KeyPolicy(rules: [rule("openai", user("1", "2", by: .roundRobin))])
        let keyRules = rules(policy, routes)
        let now = ContinuousClock.now
        var firsts: [String] = []
        for _ in 0..<4 {
            var plan = Plan(
                try routes.resolve(
                    model: "gpt-4.1",
                    models: ["openai:gpt-4o"],
                    for: .only(.openAIChat),
                    under: keyRules
                ),
                keys: KeyChoice(routes, under: keyRules, for: .chatCompletions),
                at: GatewayID("ep_main"),
                health: Health()
            )
            let first = try taken(plan.start(at: now))
            #expect(plan.hasAlternative && plan.hasAlternative)
            firsts.append(first.credential.secret?.exposed ?? "")
            let second = try taken(plan.next(after: .key, of: first, at: now))
            #expect(second.credential != first.credential)
        }
        // The fallback of each request is never come to, and takes nobody's turn.
        #expect(firsts == ["secret-1", "secret-2", "secret-1", "secret-2"])
    }
}
