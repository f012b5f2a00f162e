import Access
import JSON
import Model
@testable import Storage
import Testing

@Suite struct `A written access key configuration` {
    private func draft(_ text: String) throws -> KeyConfigurationDraft {
        try KeyConfigurationDraft(JSONDocument.parse(text.utf8Span.span).root)
    }

    private func refusal(of text: String) throws -> String? {
        do {
            _ = try draft(text)
            return nil
        } catch let error as KeyConfigurationError {
            return error.description
        }
    }

    @Test func `is read as the specification has it`() throws {
        let read = try draft(
            """
            { "name": "team-a", "description": "d", "metadata": {"b": 1, "a": "x"},
              "access": { "providers": {"allow": ["openai"]},
                          "models": {"allow": ["openai/gpt-4o", "groq:meta/*"]} },
              "router": { "rules": [ { "provider": "openai", "model": "openai:gpt-4o",
                "steps": [ {"type": "user", "keySelectionStrategy": "round_robin",
                            "keys": [{"id": "aigpk_1"}, {"name": "new", "value": "sk-new"}]},
                           {"type": "managed"} ] },
                { "provider": "groq", "steps": [ {"type": "ngrok"} ] } ] } }
            """
        )
        #expect(read.name == "team-a")
        #expect(read.description == "d")
        #expect(read.metadata == .object(json: #"{"a":"x","b":1}"#))
        #expect(
            read.access
                == AllowLists(providers: ["openai"], models: ["openai/gpt-4o", "groq:meta/*"])
        )
        #expect(
            read.rules == [
                KeyRuleDraft(
                    provider: "openai",
                    model: "openai:gpt-4o",
                    steps: [
                        .user(
                            .roundRobin,
                            [
                                .existing(ProviderKeyID("aigpk_1")),
                                .new(name: "new", value: Secret("sk-new")),
                            ]
                        ), .managed,
                    ]
                ),
                KeyRuleDraft(provider: "groq", model: nil, steps: [.managed]),
            ]
        )
    }

    @Test func `tells what is left out from what is cleared`() throws {
        #expect(try draft("{}") == KeyConfigurationDraft())
        let cleared = try draft(
            #"{"description": null, "metadata": null, "access": null, "router": null}"#
        )
        #expect(cleared.name == nil)
        #expect(cleared.description?.isEmpty == true)
        #expect(cleared.metadata == .empty)
        #expect(cleared.access == AllowLists())
        #expect(cleared.rules?.isEmpty == true)
        #expect(try draft("{}").budget == nil)
        #expect(try draft(#"{"budget": null}"#).budget == .some(nil))
        let limited = try draft(#"{"budget": {"amount": "12.50", "period": "week"}}"#)
        #expect(limited.budget == Budget(NanoDollars(12_500_000_000), each: .week, of: .all))
        let half = try draft(#"{"access": {"providers": {"allow": []}, "models": null}}"#)
        #expect(half.access == AllowLists(providers: [], models: nil))
    }

    @Test(arguments: [
        ("[]", "not an object"),
        (#"{"nmae": "a"}"#, #"unknown member "nmae"; did you mean "name"?"#),
        (#"{"name": ""}"#, "name: empty"),
        (#"{"budget": {"period": "day"}}"#, #"budget: "amount" is missing"#),
        (#"{"budget": {"amount": "5"}}"#, #"budget: "period" is missing"#),
        (
            #"{"budget": {"amount": 5, "period": "day"}}"#,
            #"budget.amount: not an amount in dollars as text, such as "25.00""#
        ),
        (
            #"{"budget": {"amount": "-5", "period": "day"}}"#,
            #"budget.amount: must be an amount in dollars, such as "5.00""#
        ),
        (
            #"{"budget": {"amount": "5", "period": "year"}}"#,
            #"budget.period: "year" is none of "day", "week", "month", "total""#
        ),
        (
            #"{"budget": {"amount": "5", "period": "day", "scope": "own"}}"#,
            #"budget.scope: "own" is none of "all", "managed""#
        ),
        (
            #"{"budget": {"amount": "5", "period": "day", "scop": "all"}}"#,
            #"budget: unknown member "scop"; did you mean "scope"?"#
        ),
        (#"{"name": null}"#, "name: not text"),
        (#"{"name": 1}"#, "name: not text"),
        (#"{"metadata": 1}"#, "metadata: not text"),
        (#"{"access": []}"#, "access: not an object"),
        (
            #"{"access": {"provider": {}}}"#,
            #"access: unknown member "provider"; did you mean "providers"?"#
        ),
        (#"{"access": {"models": {}}}"#, #"access.models: "allow" is missing"#),
        (#"{"access": {"models": ["a"]}}"#, "access.models: not an object"),
        (#"{"access": {"models": {"allow": "a"}}}"#, "access.models.allow: not a list"),
        (#"{"access": {"models": {"allow": ["a", 1]}}}"#, "access.models.allow[1]: not text"),
        (#"{"access": {"models": {"allow": [""]}}}"#, "access.models.allow[0]: empty"),
        (
            #"{"access": {"models": {"allow": ["a b"]}}}"#,
            "access.models.allow[0]: it has a space or a control character"
        ),
        (
            #"{"access": {"providers": {"allow": ["*a"]}}}"#,
            "access.providers.allow[0]: a * may stand at the end alone"
        ),
        (
            #"{"access": {"models": {"allow": ["openai:"]}}}"#,
            "access.models.allow[0]: 'openai:' is no model: the model's name is missing at the end"
        ),
        (#"{"router": {}}"#, #"router: "rules" is missing"#),
        (
            #"{"router": {"rules": [{"steps": [{"type": "managed"}]}]}}"#,
            #"router.rules[0]: it names neither "provider" nor "model""#
        ),
        (
            #"{"router": {"rules": [{"provider": "openai"}]}}"#,
            #"router.rules[0]: "steps" is missing"#
        ),
        (
            #"{"router": {"rules": [{"provider": "openai", "steps": []}]}}"#,
            "router.rules[0].steps: empty"
        ),
        (
            #"{"router": {"rules": [{"model": "gpt-4o", "steps": [{"type": "managed"}]}]}}"#,
            "router.rules[0].model: 'gpt-4o' names no provider; write it as provider:gpt-4o"
        ),
        (
            #"{"router": {"rules": [{"model": "openai:gpt*", "steps": [{"type": "managed"}]}]}}"#,
            #"router.rules[0].model: a rule is about one model, or with "provider" alone about all"#
        ),
        (
            """
            {"router": {"rules": [{"provider": "groq", "model": "openai:gpt-4o",
              "steps": [{"type": "managed"}]}]}}
            """,
            "router.rules[0]: the model 'openai:gpt-4o' is not one of the provider 'groq'"
        ),
        (
            """
            {"router": {"rules": [{"provider": "openai", "steps": [{"type": "managed"}]},
              {"provider": "OpenAI", "steps": [{"type": "managed"}]}]}}
            """,
            "router.rules[1]: it is about the same as router.rules[0]"
        ),
    ])
    func `is refused with the member and the reason`(_ text: String, _ reason: String) throws {
        #expect(try refusal(of: text) == reason)
    }

    @Test(arguments: [
        (#"{"type": "own"}"#, #": "type" is "user" or "managed", not "own""#),
        (#"{}"#, #": "type" is missing"#),
        (#"{"type": "managed", "keys": []}"#, #": a managed step takes no "keys""#),
        (#"{"type": "user"}"#, #": "keys" is missing"#),
        (#"{"type": "user", "keys": []}"#, ".keys: empty"),
        (
            #"{"type": "user", "keys": [{"id": "a"}], "keySelectionStrategy": "best"}"#,
            """
            .keySelectionStrategy: "best" is none of ordered, round_robin, least_used, random
            """
        ),
        (#"{"type": "user", "keys": [{}]}"#, #".keys[0]: "name" is missing"#),
        (#"{"type": "user", "keys": [{"name": "n"}]}"#, #".keys[0]: "value" is missing"#),
        (
            #"{"type": "user", "keys": [{"id": "a", "name": "n"}]}"#,
            #".keys[0]: a key has "id" alone, or "name" and "value""#
        ),
        (
            #"{"type": "user", "keys": [{"name": "n", "value": ""}]}"#,
            ".keys[0].value: the value is empty"
        ),
        (
            #"{"type": "user", "keys": [{"id": "a"}, {"id": "a"}]}"#,
            ".keys[1]: it is in the step twice"
        ),
        (
            #"{"type": "user", "keys": [{"id": "a"}], "key": 1}"#,
            #": unknown member "key"; did you mean "keys"?"#
        ),
    ])
    func `is refused for a step`(_ step: String, _ reason: String) throws {
        let text = #"{"router": {"rules": [{"provider": "openai", "steps": [\#(step)]}]}}"#
        #expect(try refusal(of: text) == "router.rules[0].steps[0]" + reason)
    }

    @Test func `never repeats a value that it refuses`() throws {
        let text = """
            {"router": {"rules": [{"provider": "openai", "steps": [
              {"type": "user", "keys": [{"name": "n", "value": "sk secret"}]}]}]}}
            """
        let reason = try #require(try refusal(of: text))
        #expect(reason.hasPrefix("router.rules[0].steps[0].keys[0].value: the value holds a space"))
        #expect(!reason.contains("secret"))
    }

    @Test func `has limits`() throws {
        func text(_ count: Int) -> String {
            let entries = (0..<count).map { "\"m\($0)\"" }.joined(separator: ",")
            return #"{"access": {"models": {"allow": [\#(entries)]}}}"#
        }
        #expect(try refusal(of: text(Limits.allowListEntries)) == nil)
        #expect(
            try refusal(of: text(Limits.allowListEntries + 1))
                == "access.models.allow: more than 1024 entries"
        )
    }
}

@Suite struct `The access key configurations of a store` {
    private let rule = KeyRule(
        provider: ProviderID("openai"),
        model: "openai:gpt-4o",
        steps: [.user(.leastUsed, [ProviderKeyID("aigpk_1")]), .managed]
    )

    private func record(_ id: String = "aigac_1", _ policy: KeyPolicy) -> KeyConfigurationRecord {
        KeyConfigurationRecord(
            id: ConfigurationID(id),
            accountID: .standard,
            name: "team \"a\"",
            description: "語",
            metadata: .object(json: #"{"a":1}"#),
            policy: policy,
            createdAt: Records.made,
            updatedAt: Records.made,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
    }

    @Test func `are read as they were written, compacted ones too`() throws {
        let policies = [
            KeyPolicy(), KeyPolicy(access: AllowLists(providers: [], models: nil)),
            KeyPolicy(access: AllowLists(providers: nil, models: ["a/b*", "x:y"])),
            KeyPolicy(access: AllowLists(), rules: [rule]),
        ]
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        for (number, policy) in policies.enumerated() {
            _ = try store.commit { _ in .configuration(record("aigac_\(number)", policy)) }
        }
        for _ in 0..<20 {
            _ = try store.commit { _ in .configuration(record("aigac_0", KeyPolicy())) }
        }
        let records = try KeyStore(try directory.state()).contents.configurations.records
        #expect(records.count == policies.count)
        for (number, policy) in policies.enumerated() {
            let id = ConfigurationID("aigac_\(number)")
            #expect(records[id] == record("aigac_\(number)", policy))
        }
        #expect(try directory.text("store.jsonl").split(separator: "\n").count < 15)
        _ = try store.commit { _ in .configurationDeleted(ConfigurationID("aigac_3")) }
        let left = try KeyStore(try directory.state()).contents.configurations.records
        #expect(left.keys.sorted().map(\.rawValue) == ["aigac_0", "aigac_1", "aigac_2"])
    }

    @Test func `come with the keys that are made for them, in one step`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let done = try store.commitAll { _ in
            [.providerKey(Records.providerKey(1)), .configuration(record(policy))]
        }
        #expect(done.sequence == 2)
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents.providerKeys.count == 1)
        #expect(contents.configurations.problem(with: contents.providerKeys, in: "") == nil)
    }

    private var policy: KeyPolicy { KeyPolicy(access: AllowLists(), rules: [rule]) }

    private func record(_ policy: KeyPolicy) -> KeyConfigurationRecord {
        record("aigac_1", policy)
    }

    @Test(arguments: [
        (#""router":null"#, #""router":{"rule":[]}"#, "router: unknown member \"rule\""),
        (#""router":null,"#, "", "\"router\" is missing"),
        (
            #""access":null"#, #""access":{"models":{"allow":[7]}}"#,
            "access.models.allow[0]: not text"
        ),
        (
            #""router":null"#,
            #"""
            "router":{"rules":[{"provider":"openai","steps":[{"type":"user","keys":[{"name":"n","value":"v"}]}]}]}
            """#,
            "router.rules[0]: a key without \"id\""
        ),
    ])
    func `are refused where a line is wrong`(
        part: String,
        change: String,
        reason: String
    ) throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        _ = try store.commit { _ in .configuration(record(KeyPolicy())) }
        let line = try directory.text("store.jsonl")
        let changed = line.replacing(part, with: change)
        #expect(changed != line)
        try directory.write(changed, to: "store.jsonl")
        let error = #expect(throws: StorageError.self) {
            try KeyStore(try directory.state())
        }
        #expect(error?.problem.hasPrefix(reason) == true, "\(error?.problem ?? "")")
        #expect(error?.place.hasSuffix("store.jsonl:1") == true)
    }

    @Test func `whose rules name keys that are not there are told with their line`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
        _ = try store.commit { _ in .configuration(record(policy)) }
        let path = "\(directory.path)/store.jsonl"
        let missing = store.contents.configurations.problem(with: [:], in: path)
        #expect(missing?.place == "\(path):2")
        #expect(
            missing?.problem == """
                the configuration aigac_1 (team "a"): router.rules[0].steps[0].keys[0]: there is no \
                provider key "aigpk_1"; there is none for openai
                """
        )
        let other = store.contents.configurations.problem(
            with: [ProviderKeyID("aigpk_2"): Records.providerKey(2)],
            in: path
        )
        #expect(other?.problem.hasSuffix("for openai there are aigpk_2 (provider key 2)") == true)
    }

    @Test func `keep the keys of their rules from being deleted`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let key = Records.providerKey(1)
        _ = try store.commitAll { _ in [.providerKey(key), .configuration(record(policy))] }
        let error = #expect(throws: StorageError.self) {
            try store.commit { (contents) throws(StorageError) in
                try contents.deletion(of: key)
            }
        }
        #expect(
            error?.problem == "the provider key aigpk_1 is used by a rule of aigac_1 (team \"a\")"
        )
        _ = try store.commit { _ in .configuration(record(KeyPolicy())) }
        _ = try store.commit { (contents) throws(StorageError) in
            try contents.deletion(of: key)
        }
        #expect(store.contents.providerKeys.isEmpty)
    }

    @Test func `are not deleted while an access key is under them`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let configuration = record(KeyPolicy())
        _ = try store.commit { _ in .configuration(configuration) }
        _ = try store.commit { _ in
            .accessKey(Records.accessKey(1) { $0.configurationID = configuration.id })
        }
        #expect(store.contents.accessKeyCounts == [configuration.id: 1])
        let error = #expect(throws: StorageError.self) {
            try store.commit { (contents) throws(StorageError) in
                try contents.deletion(of: configuration)
            }
        }
        #expect(error?.problem.hasSuffix("is used by the access keys aigk_1 (key 1)") == true)
        _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_1")) }
        _ = try store.commit { (contents) throws(StorageError) in
            try contents.deletion(of: configuration)
        }
        #expect(store.contents.configurations.records.isEmpty)
    }
}
