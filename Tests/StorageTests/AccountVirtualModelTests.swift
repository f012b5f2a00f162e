import Access
import JSON
import Model
import Routing
import Testing

@testable import Storage

@Suite struct `A virtual model of an account` {
    private let acme = AccountID("acme")

    private func site(_ models: [VirtualModelRecord] = []) throws -> AccountSite {
        let text = """
            master_key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
            virtual_models: [ { name: house, targets: [ "openai:gpt-4o" ] } ]
            gateways:
              - id: ep_main
                accounts: [acme]
                providers:
                  - id: vllm
                    base_url: "http://127.0.0.1:8000/v1"
                    models: [ { id: llama } ]
            """
        let configuration = try ConfigurationLoader.parse(
            text,
            path: "/gateway.yaml",
            sources: ConfigurationSources(environment: [:])
        )
        var providers = CustomProviders()
        for model in models { providers.set(model) }
        return AccountSite(of: acme, in: configuration, try configuration.loadCatalog(), providers)
    }

    private func make(
        _ text: String,
        beside models: [VirtualModelRecord] = []
    ) throws -> VirtualModelRecord {
        try VirtualModelDraft(JSONDocument.parse(text.utf8Span.span).root).make(
            VirtualModelID("aigvm_9"),
            for: acme,
            in: site(models),
            at: Records.made,
            by: "test"
        )
    }

    @Test(arguments: [
        (#"{"targets":["gpt-4o"]}"#, DraftError.Reason.missingName),
        (#"{"name":"","targets":["gpt-4o"]}"#, .missingName),
        (#"{"name":"a b","targets":["gpt-4o"]}"#, .nameCharacter),
        (#"{"name":"a/b","targets":["gpt-4o"]}"#, .nameCharacter),
        (#"{"name":"gpt-4o","targets":["gpt-4o-mini"]}"#, .exists),
        (#"{"name":"LLAMA","targets":["gpt-4o-mini"]}"#, .exists),
        (#"{"name":"House","targets":["gpt-4o-mini"]}"#, .exists),
        (#"{"name":"Mine","targets":["gpt-4o-mini"]}"#, .exists),
        (#"{"name":"auto","targets":["gpt-4o-mini"]}"#, .exists),
        (#"{"name":"v"}"#, .targetCount), (#"{"name":"v","targets":[]}"#, .targetCount),
        (#"{"name":"v","targets":"gpt-4o"}"#, .targetCount),
        (#"{"name":"v","targets":["gpt-4o","GPT-4o"]}"#, .duplicateTarget),
        (#"{"name":"v","targets":["house"]}"#, .nestedTarget),
        (#"{"name":"v","targets":["mine"]}"#, .nestedTarget),
        (#"{"name":"v","targets":["v"]}"#, .nestedTarget),
        (#"{"name":"v","targets":["gpt-4ooo"]}"#, .unknownTarget),
        (#"{"name":"v","targets":["nobody:gpt-4o"]}"#, .unknownTarget),
        (#"{"name":"v","targets":["a:b:"]}"#, .unknownTarget),
        (#"{"name":"v","targets":["gpt-4o"],"colour":1}"#, .shape),
        (#"{"name":"v","targets":["gpt-4o"],"description":1}"#, .description),
    ])
    func `is refused with the kind of fault`(text: String, reason: DraftError.Reason) throws {
        let mine = Records.virtualModel("mine", ["gpt-4o"], of: acme)
        let error = try #require(throws: DraftError.self) { try make(text, beside: [mine]) }
        #expect(error.reason == reason, "\(error)")
    }

    @Test func `has limits of length and number`() throws {
        let long = String(repeating: "x", count: 65)
        let targets = (1...11).map { "\"openai:m\($0)\"" }.joined(separator: ",")
        let full = (1...100).map { number in
            Records.virtualModel("v\(number)", ["gpt-4o"], of: acme)
        }
        for (text, models, reason) in [
            ("{\"name\":\"\(long)\",\"targets\":[\"gpt-4o\"]}", [], DraftError.Reason.nameTooLong),
            ("{\"name\":\"v\",\"targets\":[\(targets)]}", [], .targetCount),
            ("{\"name\":\"v\",\"targets\":[\"gpt-4o\"]}", full, .tooManyVirtualModels),
        ] as [(String, [VirtualModelRecord], DraftError.Reason)] {
            let error = try #require(throws: DraftError.self) { try make(text, beside: models) }
            #expect(error.reason == reason, "\(error)")
        }
        #expect(try make("{\"name\":\"v\",\"targets\":[\"gpt-4o\",\"vllm:llama\"]}").name == "v")
    }

    @Test func `is read as it was written, and changed`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        var model = try make(
            #"{"name":"v","description":"d","metadata":{"a":1},"targets":["openai:new","llama"]}"#
        )
        let change = try VirtualModelDraft(
            JSONDocument.parse(#"{"targets":["gpt-4o"],"name":"v"}"#.utf8Span.span).root
        )
        try change.apply(to: &model, in: site([model]), at: Records.made, by: "other")
        #expect((model.name, model.description, model.targets) == ("v", "d", ["gpt-4o"]))
        let written = model
        _ = try store.commit { _ in .virtualModel(written) }
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents.customProviders.virtualModels == [model.id: model])
        let line = try directory.text("store.jsonl")
        for (part, change, reason) in [
            (#""targets":["gpt-4o"]"#, #""targets":[]"#, "targets: empty"),
            (#""targets":["gpt-4o"]"#, #""targets":[5]"#, "targets[0]: not text"),
            (#""name":"v","#, "", "\"name\" is missing"),
        ] {
            try directory.write(line.replacing(part, with: change), to: "store.jsonl")
            let error = try #require(throws: StorageError.self) {
                try KeyStore(try directory.state())
            }
            #expect(error.problem.hasPrefix(reason), "\(error)")
        }
    }
}
