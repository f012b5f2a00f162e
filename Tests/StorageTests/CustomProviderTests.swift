import Access
import JSON
import Model
import Routing
import Testing

@testable import Storage

/// A configuration with one provider of the operator's, as an account sees it.
private func configuration(_ lines: String = "") throws -> Configuration {
    let text = """
        master_key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
        \(lines)
        virtual_models: [ { name: house, targets: [ "openai:gpt-4o" ] } ]
        gateways:
          - id: ep_main
            accounts: [default, acme]
            headers: { x-secret: of-the-operator }
            providers: [ { id: vllm, base_url: "http://127.0.0.1:8000/v1" } ]
        """
    return try ConfigurationLoader.parse(
        text,
        path: "/gateway.yaml",
        sources: ConfigurationSources(environment: [:])
    )
}

private let acme = AccountID("acme")

private func draft(_ text: String) throws -> CustomProviderDraft {
    try CustomProviderDraft(JSONDocument.parse(text.utf8Span.span).root)
}

private func make(
    _ text: String,
    beside providers: CustomProviders = CustomProviders(),
    _ lines: String = ""
) throws -> CustomProviderRecord {
    try draft(text).make(
        CustomProviderID("aigp_1"),
        for: acme,
        beside: providers,
        in: configuration(lines),
        at: Records.made,
        by: "test"
    )
}

private let mine = #"{"providerId":"mine","name":"Mine","baseUrl":"https://api.example.com/v1"}"#

@Suite struct `A provider that an account writes` {
    @Test(arguments: [
        (#"{"name":"n","baseUrl":"https://a.example"}"#, DraftError.Reason.missing),
        (#"{"providerId":"p","baseUrl":"https://a.example"}"#, .missing),
        (#"{"providerId":"p","name":"n"}"#, .missing),
        (#"{"providerId":"","name":"n","baseUrl":"https://a.example"}"#, .providerID),
        (#"{"providerId":"a:b","name":"n","baseUrl":"https://a.example"}"#, .providerID),
        (#"{"providerId":"a/b","name":"n","baseUrl":"https://a.example"}"#, .providerID),
        (#"{"providerId":"OpenAI","name":"n","baseUrl":"https://a.example"}"#, .reservedProvider),
        (#"{"providerId":"vllm","name":"n","baseUrl":"https://a.example"}"#, .reservedProvider),
        (#"{"providerId":"MINE","name":"n","baseUrl":"https://a.example"}"#, .duplicateProvider),
        (#"{"providerId":"p","name":"","baseUrl":"https://a.example"}"#, .name),
        (#"{"providerId":"p","name":5,"baseUrl":"https://a.example"}"#, .name),
        (#"{"providerId":"p","name":"n","baseUrl":"a.example"}"#, .baseURL),
        (#"{"providerId":"p","name":"n","baseUrl":"ftp://a.example"}"#, .baseURL),
        (#"{"providerId":"p","name":"n","baseUrl":"https://u:p@a.example"}"#, .baseURL),
        (#"{"providerId":"p","name":"n","baseUrl":"https://a.example","colour":1}"#, .shape),
        (#"{"providerId":"p","name":"n","baseUrl":"https://a.example","metadata":1}"#, .metadata),
    ])
    func `is refused with the kind of fault`(text: String, reason: DraftError.Reason) throws {
        var providers = CustomProviders()
        providers.set(try make(mine))
        let error = try #require(throws: DraftError.self) { try make(text, beside: providers) }
        #expect(error.reason == reason, "\(error)")
    }

    @Test(
        arguments: [
            ("https://api.example.com", nil, nil),
            ("http://api.example.com", DraftError.Reason.host, .host),
            ("http://127.0.0.1:11434", .host, .host),
            ("https://127.0.0.1:11434", .host, nil),
            ("https://localhost", .host, nil),
            ("https://10.1.2.3/v1", .host, nil),
            ("https://intranet/v1", .host, nil),
            ("https://[::1]/v1", .host, nil),
            ("https://169.254.169.254/v1", .host, .host),
            ("http://169.254.169.254/v1", .host, .host),
            ("https://[fd00:ec2::254]/v1", .host, .host),
            ("http://llm.internal:8000/v1", nil, nil),
            ("https://llm.internal/v1", nil, nil),
            ("https://a.example/deployments/x?api-version=1", nil, nil),
        ] as [(String, DraftError.Reason?, DraftError.Reason?)]
    )
    func `is at a public host, or where the operator allows private ones`(
        url: String,
        reason: DraftError.Reason?,
        whereAllowed: DraftError.Reason?
    ) throws {
        for (lines, expected) in [
            ("", reason), ("upstreams: { allow: [ 10.0.0.0/8 ] }", whereAllowed),
        ] {
            let configuration = try configuration(lines)
            do throws(DraftError) {
                try configuration.check(accountURL: url)
                #expect(expected == nil, "\(url) was taken")
            } catch {
                #expect(error.reason == expected, "\(error)")
            }
        }
    }

    @Test(arguments: [
        (#""supportedApiSurfaces":[{}]"#, DraftError.Reason.format),
        (#""supportedApiSurfaces":[{"format":"gemini"}]"#, .format),
        (#""supportedApiSurfaces":[{"format":"openai","surface":"messages"}]"#, .surface),
        (#""supportedApiSurfaces":[{"format":"anthropic","surface":"responses"}]"#, .surface),
        (#""supportedApiSurfaces":[{"format":"openai","surface":"chat"}]"#, .surface),
        (
            #""supportedApiSurfaces":[{"format":"openai"},"#
                + #"{"format":"openai","surface":"chat-completions"}]"#, .surface
        ),
        (#""supportedApiSurfaces":[{"format":"openai","x":1}]"#, .shape),
        (#""models":[{}]"#, .missing), (#""models":[{"modelId":""}]"#, .modelID),
        (#""models":[{"modelId":5}]"#, .modelID),
        (#""models":[{"modelId":"a","providerModelId":""}]"#, .providerModelID),
        (#""models":[{"modelId":"a"},{"modelId":"A"}]"#, .duplicateModel),
        (#""models":[{"modelId":"a","unsupportedParams":[""]}]"#, .emptyParameter),
        (#""models":[{"modelId":"a","unsupportedParams":["x","x"]}]"#, .duplicateParameter),
        (#""models":[{"modelId":"a","unsupportedParams":[5]}]"#, .parameterTooLong),
        (#""models":[{"modelId":"a","colour":1}]"#, .shape),
    ])
    func `has APIs and models that there are`(
        member: String,
        reason: DraftError.Reason
    ) throws {
        let text = mine.dropLast() + "," + member + "}"
        let error = try #require(throws: DraftError.self) { try make(String(text)) }
        #expect(error.reason == reason, "\(error)")
    }

    @Test func `has limits of length and number`() throws {
        let long = String(repeating: "x", count: 256)
        let many = (0...100).map { "\"p\($0)\"" }.joined(separator: ",")
        for (member, reason) in [
            ("\"models\":[{\"modelId\":\"\(long)\"}]", DraftError.Reason.modelID),
            ("\"models\":[{\"modelId\":\"a\",\"providerModelId\":\"\(long)\"}]", .providerModelID),
            (
                "\"models\":[{\"modelId\":\"a\",\"unsupportedParams\":[\"\(long)\"]}]",
                .parameterTooLong
            ),
            (
                "\"models\":[{\"modelId\":\"a\",\"unsupportedParams\":[\(many)]}]",
                .tooManyParameters
            ),
        ] {
            let text = mine.dropLast() + "," + member + "}"
            let error = try #require(throws: DraftError.self) { try make(String(text)) }
            #expect(error.reason == reason, "\(error)")
        }
        let url = "https://a.example/" + String(repeating: "x", count: 2048)
        let error = try #require(throws: DraftError.self) {
            try draft("{\"baseUrl\":\"\(url)\"}")
        }
        #expect(error.reason == .baseURL)
    }

    @Test func `is changed but for its id`() throws {
        var record = try make(
            mine.dropLast() + #","models":[{"modelId":"a"}],"metadata":{"x":1}}"#
        )
        let configuration = try configuration()
        try draft(#"{"name":"New"}"#)
            .apply(to: &record, in: configuration, at: Records.made, by: "other")
        #expect((record.name, record.models.count, record.lastUpdatedBy) == ("New", 1, "other"))
        try draft(#"{"models":[],"metadata":null,"providerId":"mine"}"#)
            .apply(to: &record, in: configuration, at: Records.made, by: "other")
        #expect(record.models.isEmpty)
        #expect(record.metadata == .empty)
        for text in [#"{"providerId":"other"}"#, #"{"name":""}"#, #"{"baseUrl":"http://a.b"}"#] {
            let change = try draft(text)
            #expect(throws: DraftError.self) {
                try change.apply(to: &record, in: configuration, at: Records.made, by: "x")
            }
        }
    }
}

extension KeyStore where Image == StoreContents {
    fileprivate func delete(_ provider: CustomProviderRecord) throws(StorageError) {
        _ = try commit { (contents) throws(StorageError) in try contents.deletion(of: provider) }
    }
}

private func make(_ text: String.SubSequence) throws -> CustomProviderRecord {
    try make(String(text))
}

@Suite struct `Providers of accounts in the store` {
    private let full =
        String(mine.dropLast())
        + #","supportedApiSurfaces":[{"format":"anthropic","supportedParams":[{"name":"top_k"}]},"#
        + #"{"format":"openai","surface":"responses"}],"#
        + #""models":[{"modelId":"llama","providerModelId":"meta/llama-3.3"},"#
        + #"{"modelId":"b","unsupportedParams":["seed"]}]}"#

    @Test func `are read as they were written, and go when they are deleted`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let record = try make(full)
        #expect(record.surfaces.count == 2)
        #expect(record.models[0].providerModelID == "meta/llama-3.3")
        _ = try store.commit { _ in .customProvider(record) }
        let contents = try KeyStore(try directory.state(), .providerKeys).contents
        #expect(contents.customProviders.records == [record.id: record])
        #expect(contents.recordCount == 1)
        let line = try directory.text("store.jsonl")
        for (part, change, reason) in [
            (#""format":"anthropic""#, #""format":"gemini""#, "supportedApiSurfaces[0].format:"),
            (#""modelId":"llama""#, #""modelId":"""#, "models[0].modelId: empty"),
            (#""baseUrl":"#, #""baseURL":"#, "\"baseUrl\" is missing"),
            (#""providerId":"mine""#, #""providerId":"""#, "\"providerId\" does not have 1 to"),
        ] {
            let changed = line.replacing(part, with: change)
            #expect(changed != line)
            try directory.write(changed, to: "store.jsonl")
            let error = try #require(throws: StorageError.self) {
                try KeyStore(try directory.state())
            }
            #expect(error.problem.hasPrefix(reason), "\(error)")
        }
        try directory.write(line, to: "store.jsonl")
        try store.delete(record)
        #expect(try KeyStore(try directory.state()).contents.recordCount == 0)
    }

    @Test func `can't be deleted while something refers to them`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let provider = try make(mine)
        func configuration(_ number: Int, _ policy: KeyPolicy) -> StoreChange {
            .configuration(
                KeyConfigurationRecord(
                    id: ConfigurationID("aigac_\(number)"),
                    accountID: acme,
                    name: "c\(number)",
                    policy: policy,
                    createdAt: Records.made,
                    updatedAt: Records.made,
                    createdBy: "",
                    lastUpdatedBy: ""
                )
            )
        }
        var key = Records.providerKey(1)
        key = ProviderKeyRecord(
            id: key.id,
            accountID: acme,
            providerID: ProviderID("mine"),
            name: "k",
            sealedValue: key.sealedValue,
            keyRedacted: "",
            createdAt: Records.made,
            updatedAt: Records.made,
            createdBy: "",
            lastUpdatedBy: ""
        )
        let written = key
        let virtual = Records.virtualModel("v", ["MINE:llama"], of: acme)
        let rule = KeyRule(provider: nil, model: "mine:llama", steps: [.managed])
        let users: [(change: StoreChange, undo: StoreChange, name: String)] = [
            (.providerKey(written), .providerKeyDeleted(key.id), "provider key aigpk_1"),
            (
                configuration(1, KeyPolicy(access: AllowLists(providers: ["mine"]))),
                .configurationDeleted(ConfigurationID("aigac_1")), "configuration aigac_1"
            ),
            (
                configuration(2, KeyPolicy(access: AllowLists(models: ["mine:*"]))),
                .configurationDeleted(ConfigurationID("aigac_2")), "configuration aigac_2"
            ),
            (
                configuration(3, KeyPolicy(rules: [rule])),
                .configurationDeleted(ConfigurationID("aigac_3")), "configuration aigac_3"
            ),
            (.virtualModel(virtual), .virtualModelDeleted(virtual.id), "virtual model v"),
        ]
        for user in users {
            _ = try store.commitAll { _ in [.customProvider(provider), user.change] }
            let error = try #require(throws: StorageError.self) {
                try store.delete(provider)
            }
            #expect(error.problem.contains(user.name), "\(error)")
            _ = try store.commit { _ in user.undo }
        }
        // What another account says of a provider of that name is about another one.
        let other = Records.virtualModel("v", ["mine:llama"], of: .standard)
        _ = try store.commit { _ in .virtualModel(other) }
        try store.delete(provider)
    }

    @Test func `stand behind those of the gateway, without what that sets for all`() throws {
        let configuration = try configuration()
        let gateway = configuration.gateways[0]
        var providers = CustomProviders()
        #expect(
            gateway.providers(of: acme, providers, configuration.upstreams).providers.count
                == gateway.providers.providers.count
        )
        providers.set(try make(full))
        let table = gateway.providers(of: acme, providers, configuration.upstreams)
        let place = try #require(table.index(of: "mine"))
        #expect(place == table.providers.count - 1)
        let own = table[place]
        #expect(own.owner == acme)
        #expect(own.headers.isEmpty)
        #expect(table[0].headers.map(\.name) == ["x-secret"])
        #expect(own.dialects == [.openAIResponses, .anthropicMessages])
        #expect(own.surface(for: .anthropicMessages)?.auth == .xAPIKey)
        #expect(own.supportedParameters.isEmpty)
        #expect(own.models.map(\.upstreamID) == ["meta/llama-3.3", "b"])
        let others = gateway.providers(of: .standard, providers, configuration.upstreams)
        #expect(others.index(of: "mine") == nil)
        let routes = RouteTable(providers: table, catalog: Catalog())
        let found = try routes.resolve(model: "llama", for: .every).candidates
        #expect(found.map(\.displayName) == ["mine:meta/llama-3.3"])
        #expect(routes.credentials(at: place).map(\.source) == [.nobody])
    }
}
