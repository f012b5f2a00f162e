import Model
import Routing
import Testing

@testable import Storage

@Suite struct `The shipped catalog` {
    @Test func `names models of built-in providers alone`() throws {
        let catalog = try CatalogLoader.load(path: nil)
        #expect(catalog.models.count == 71)
        let providers = Set(BuiltInProviders.all.map(\.id))
        for model in catalog.models {
            #expect(!model.offers.isEmpty)
            #expect(model.offers.allSatisfy { providers.contains($0.provider) })
            #expect(model.maxContextWindow != nil)
            #expect(model.maxOutputTokens != nil)
        }
    }

    @Test func `says what a model is called at its provider`() throws {
        let catalog = try CatalogLoader.load(path: nil)
        let model = try #require(catalog.models.first { $0.id == "gpt-oss-120b" })
        #expect(model.author == "openai")
        #expect(model.offers.map(\.model) == ["openai/gpt-oss-120b"])
        #expect(model.offers.map(\.provider.rawValue) == ["groq"])
    }
}

@Suite struct `A catalog file` {
    private func parse(_ json: String) throws -> Catalog {
        try CatalogLoader.parse(Array(json.utf8).span, name: "catalog.json")
    }

    @Test func `may leave out all but id, author and providers`() throws {
        let catalog = try parse(
            #"{"models": [{"id": "a", "author": "b", "providers": [{"id": "openai"}]}]}"#
        )
        #expect(
            catalog.models == [
                CatalogModel(
                    id: "a",
                    displayName: "a",
                    author: "b",
                    offers: [CatalogOffer(provider: .init("openai"), model: "a")]
                )
            ]
        )
    }

    @Test(arguments: [
        ("", "catalog.json:1:"), ("[]", "the catalog must be an object"),
        ("{}", "the catalog has no 'models'"), (#"{"models": {}}"#, "must be an array"),
        (#"{"model": []}"#, "unknown field 'model' in the catalog: did you mean 'models'?"),
        (#"{"models": [1]}"#, "models[0] must be an object"),
        (#"{"models": [{}]}"#, "models[0] has no 'id'"),
        (#"{"models": [{"id": 1}]}"#, "models[0].id must be a name"),
        (#"{"models": [{"id": "a b"}]}"#, "models[0].id must be a name"),
        (#"{"models": [{"id": "a"}]}"#, "models[0] has no 'providers'"),
        (
            #"{"models": [{"id": "a", "author": "b", "providers": [], "pricing": {}}]}"#,
            "unknown field 'pricing' in models[0]"
        ),
        (
            #"{"models": [{"id": "a", "author": "b", "providers": [{"id": "x", "base": 1}]}]}"#,
            "unknown field 'base' in models[0].providers[0]"
        ),
        (
            #"{"models": [{"id": "a", "author": "b", "providers": [], "max_output_tokens": 1.5}]}"#,
            "models[0].max_output_tokens must be a whole number"
        ),
        (
            #"{"models": [{"id": "a", "author": "b", "providers": [], "aliases": [""]}]}"#,
            "models[0].aliases[0] must be a name"
        ),
        (
            #"{"models": [{"id": "a", "author": "b", "providers": [], "aliases": ["A"]}]}"#,
            "the model 'a' has the name 'A' twice"
        ),
        (#"{"models": [], "models": []}"#, "duplicate"),
    ])
    func `that is wrong is refused with the place`(_ json: String, _ problem: String) {
        #expect {
            try parse(json)
        } throws: {
            "\($0)".contains("catalog.json") && "\($0)".contains(problem)
        }
    }

    @Test func `that is not there is named`() {
        #expect {
            try CatalogLoader.load(path: "/none/catalog.json")
        } throws: {
            "\($0)".contains("/none/catalog.json: ")
        }
    }
}
