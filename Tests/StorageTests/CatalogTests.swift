import Model
import Routing
import Testing

@testable import Storage

@Suite struct `A catalog file` {
    private func parse(_ json: String) throws -> Catalog {
        try CatalogLoader.parse(Array(json.utf8), name: "catalog.json")
    }

    private func problems(_ json: String) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try CatalogLoader.parse(Array(json.utf8), name: "catalog.json")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test func `may leave out all but id, author and providers`() throws {
        let catalog = try parse(
            #"{"models": [{"id": "a", "author": "b", "providers": [{"id": "openai"}]}]}"#
        )
        var facts = ModelFacts()
        facts.author = "b"
        #expect(
            catalog.models == [
                CatalogModel(
                    id: "a",
                    facts: facts,
                    offers: [CatalogOffer(provider: .init("openai"), model: "a")]
                )
            ]
        )
    }

    @Test func `says all that there is to say of a model`() throws {
        let catalog = try parse(
            """
            {"authors": [{"id": "meta", "display_name": "Meta", "aliases": ["meta-llama"]}],
             "models": [{
              "id": "llama", "display_name": "Llama", "description": "Open weights.",
              "author": "meta", "aliases": ["llama-latest"],
              "modalities": {"input": ["text", "image"], "output": ["text"]},
              "max_context_window": 131072, "max_output_tokens": 8192,
              "supported_features": ["tool-calling"], "unsupported_params": ["logprobs"],
              "tokens_per_o200k": "1.12", "parameter_count": 70000000000, "quantization": "fp8",
              "data_training_policy": "none", "data_retention_days": 0,
              "data_retention_policy": "nothing is kept",
              "datacenters": [{"country_code": "de", "region": "eu-1"}, {"country_code": "US"}],
              "released": "2024-12-06", "deprecated": "2026-01-01", "retired": "2027-01-01",
              "metadata": {"team": {"name": "ä"}}, "sources": ["https://example.com/llama"],
              "pricing": {
               "input": "0.20", "output": "0.60", "cache_read": "0.05", "cache_write": "0.25",
               "cache_write_1h": "0.4", "tools": {"web_search": "10"},
               "rules": [
                {"minPromptTokens": 100001, "input": "1"},
                {"from": "2026-12-01", "to": "2027-01-01T12:00:00+01:00", "times": "2"},
                {"utcHours": ["01:00-04:00"], "tier": "batch", "times": "0.5",
                 "source": "https://example.com/batch", "asOf": "2026-11-02"},
                {"tier": ["fast", "regional"], "times": "2.2"}],
               "source": "https://example.com/prices", "asOf": "2026-11-01"},
              "providers": [
               {"id": "groq", "model": "meta-llama/llama", "max_output_tokens": 4096,
                "pricing": {"input": "1", "output": "2", "source": "s", "asOf": "2026-11-01"}},
               {"id": "openrouter"}]}]}
            """
        )
        let model = try #require(catalog.models.first)
        let facts = model.facts
        #expect(model.aliases == ["llama-latest"])
        #expect(facts.displayName == "Llama" && facts.description == "Open weights.")
        #expect(facts.inputModalities.names == ["text", "image"])
        #expect(facts.outputModalities.names == ["text"])
        #expect(facts.supportedFeatures == ["tool-calling"])
        #expect(facts.unsupportedParameters == ["logprobs"])
        #expect(facts.tokensPerO200k?.description == "1.12")
        #expect(facts.parameterCount == 70_000_000_000)
        #expect(facts.quantization == "fp8")
        #expect(facts.dataTrainingPolicy == "none" && facts.dataRetentionDays == 0)
        #expect(facts.dataRetentionPolicy == "nothing is kept")
        #expect(facts.datacenters.map(\.countryCode) == ["DE", "US"])
        #expect(facts.datacenters.map(\.region) == ["eu-1", ""])
        #expect(
            [facts.released, facts.deprecated, facts.retired].map { $0?.description } == [
                "2024-12-06", "2026-01-01", "2027-01-01",
            ]
        )
        #expect(facts.metadata == #"{"team": {"name": "ä"}}"#)
        #expect(model.offers.map(\.model) == ["meta-llama/llama", "llama"])
        #expect(model.offers[0].facts.maxOutputTokens == 4096)
        #expect(model.offers[0].facts.pricing?.usual.output?.description == "2")
        #expect(catalog.author(named: "Meta-Llama")?.id == "meta")
    }

    @Test func `has prices with rules`() throws {
        let catalog = try parse(
            """
            {"models": [{"id": "a", "author": "b", "providers": [],
              "pricing": {"input": "0.20", "output": "0.60", "cache_write_1h": "0.4",
               "tools": {"web_search": "10"}, "source": "https://example.com", "asOf": "2026-11-01",
               "rules": [
                {"minPromptTokens": 100001, "input": "1"},
                {"from": "2026-12-01", "to": "2027-01-01T12:00:00+01:00", "times": "2"},
                {"utcHours": ["01:00-04:00"], "utcDays": ["mon", "fri"], "tier": "batch",
                 "times": "0.5", "source": "s", "asOf": "2026-11-02"},
                {"tier": ["fast", "regional"], "times": "2.2"}]}}]}
            """
        )
        let pricing = try #require(catalog.models.first?.facts.pricing)
        #expect(pricing.usual.all.map(\.description) == ["0.2", "0.6", "0.4"])
        #expect(pricing.tools == ["web_search": NanoDollars(10_000_000)])
        #expect(pricing.source == "https://example.com")
        #expect(pricing.asOf?.description == "2026-11-01")
        #expect(pricing.rules.count == 4)
        #expect(pricing.rules[0].minPromptTokens == 100_001)
        #expect(
            pricing.rules[0].effect
                == .prices(TokenRates(input: TokenPrice(picoDollars: 1_000_000)))
        )
        #expect(pricing.rules[1].from?.description == "2026-12-01T00:00:00Z")
        #expect(pricing.rules[1].to?.description == "2027-01-01T11:00:00Z")
        #expect(pricing.rules[2].utcHours.map(\.description) == ["01:00-04:00"])
        #expect(pricing.rules[2].utcDays.names == ["mon", "fri"])
        #expect(pricing.rules[2].tiers == .batch)
        #expect(pricing.rules[2].source == "s")
        #expect(pricing.rules[3].tiers == [.fast, .regional])
    }

    /// A model with these members behind the needed ones, on the second line.
    private func model(_ members: String) -> String {
        "{\"models\": [\n{\"id\": \"a\", \"author\": \"b\", \"providers\": [], \(members)}]}"
    }

    /// A model with such a price, on the second line.
    private func priced(_ members: String) -> String {
        model("\"pricing\": {\"input\": \"1\", \"output\": \"2\", \(members)}")
    }

    @Test(arguments: [
        ("[]", "1:1: the catalog must be an object"), ("{}", "1:1: the catalog has no 'models'"),
        (#"{"models": {}}"#, "1:12: models must be an array"),
        (
            #"{"models": [], "model": 1}"#,
            "unknown field 'model' in the catalog: did you mean 'models'?"
        ),
        (#"{"models": [1]}"#, "1:13: models[0] must be an object"),
        (
            #"{"models": [{"id": 1, "author": "b", "providers": []}]}"#,
            "1:20: models[0].id must be a name"
        ),
        (
            #"{"models": [{"id": "a b", "author": "b", "providers": []}]}"#,
            "models[0].id must be a name"
        ),
        (#"{"models": [], "models": []}"#, "duplicate"), ("", "catalog.json:1:"),
        (#"{"models": [], "authors": [{"aliases": []}]}"#, "1:28: authors[0] has no 'id'"),
    ])
    func `of another shape is refused with the place`(_ json: String, _ problem: String) {
        let found = problems(json)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("catalog.json:") == true)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test(arguments: [
        (#""colour": 1"#, "unknown field 'colour' in models[0]: valid are id, display_name"),
        (#""alias": []"#, "unknown field 'alias' in models[0]: did you mean 'aliases'?"),
        (#""aliases": [""]"#, "2:57: models[0].aliases[0] must be a name of 1 to 255 bytes"),
        (#""aliases": ["A"]"#, "2:57: 'a' has the name 'A' twice"),
        (#""aliases": "x""#, "models[0].aliases must be an array"),
        (#""max_output_tokens": 1.5"#, "models[0].max_output_tokens must be a whole number"),
        (#""max_output_tokens": 0"#, "from 1 to 1000000000"),
        (#""max_output_tokens": 1e3"#, "must be a whole number"),
        (#""max_context_window": "1000""#, "must be a whole number"),
        (
            #""modalities": {"input": ["texts"]}"#,
            "models[0].modalities.input[0] must be text, image"
        ),
        (#""modalities": {"in": []}"#, "unknown field 'in' in models[0].modalities"),
        (#""released": "2026-02-30""#, "models[0].released must be a day, such as"),
        (#""datacenters": [{"region": "x"}]"#, "models[0].datacenters[0] has no 'country_code'"),
        (#""datacenters": [{"country_code": "DEU"}]"#, "must be two letters"),
        (#""metadata": []"#, "models[0].metadata must be an object"),
        (#""tokens_per_o200k": "1.1""#, "models[0].tokens_per_o200k needs 'sources' beside it"),
        (#""sources": ["x"], "tokens_per_o200k": "11""#, "must be from 0.1 to 10"),
        (#""sources": ["x"], "tokens_per_o200k": 1.1"#, "must be a decimal number in quotes"),
        (#""description": """#, "models[0].description must be a text"),
        (#""pricing": []"#, "models[0].pricing must be an object"),
    ])
    func `with a wrong field is refused`(_ members: String, _ problem: String) {
        let found = problems(model(members))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("catalog.json:2:") == true)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test(arguments: [
        (#""asOf": "2026-11-01""#, "models[0].pricing has no 'source'"),
        (#""source": "s""#, "models[0].pricing has no 'asOf'"),
        (#""source": "s", "asOf": "today""#, "models[0].pricing.asOf must be a day"),
        (
            #""source": "s", "asOf": "2026-11-01", "cache_read": 0.1"#,
            "must be a decimal number in quotes"
        ),
        (
            #""source": "s", "asOf": "2026-11-01", "cache_read": "0.1234567""#,
            #"models[0].pricing.cache_read must not have more than 6 decimals, not "0.1234567""#
        ),
        (#""source": "s", "asOf": "2026-11-01", "cache_read": "-1""#, "must be a decimal number"),
        (#""source": "s", "asOf": "2026-11-01", "cached": "1""#, "unknown field 'cached'"),
        (#""source": "s", "asOf": "2026-11-01", "tools": {"": "1"}"#, "a tool without a name"),
    ])
    func `with a wrong price is refused`(_ members: String, _ problem: String) {
        let found = problems(priced(members))
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test(arguments: [
        (#"{"input": "1"}"#, "models[0].pricing.rules[0] has no condition: from, to, utcHours"),
        (#"{"tier": "batch"}"#, "has neither a price nor 'times'"),
        (#"{"tier": "batch", "times": "0.5", "input": "1"}"#, "has both prices and 'times'"),
        (
            #"{"tier": "bach", "times": "0.5"}"#,
            "tier must be batch, flex, priority, fast, ultrafast or"
        ),
        (#"{"utcHours": ["1-4"], "times": "2"}"#, "rules[0].utcHours[0] must be hours of the day"),
        (#"{"utcDays": ["Monday"], "times": "2"}"#, "rules[0].utcDays[0] must be mon, tue"),
        (#"{"utcHours": "01:00-04:00", "times": "2"}"#, "utcHours must be an array"),
        (#"{"from": "2027-01-01", "to": "2026-01-01", "times": "2"}"#, "ends before it begins"),
        (#"{"from": "soon", "times": "2"}"#, "rules[0].from must be a day or a time"),
        (#"{"tier": "batch", "times": "0.0000001"}"#, "must not have more than 6 decimals"),
        (#"{"tier": "batch", "times": "0.5", "prompt": 1}"#, "unknown field 'prompt'"),
        (
            #"{"tier": "flex", "input": "0.000001"}, {"tier": "batch", "times": "0.5"}"#,
            "rules[1].times makes more than 6 decimals of the price 0.000001"
        ),
    ])
    func `with a wrong rule is refused`(_ rule: String, _ problem: String) {
        let found = problems(
            priced(#""source": "s", "asOf": "2026-11-01", "rules": ["# + rule + "]")
        )
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test func `that is wrong in several places tells them all`() {
        let found = problems(
            """
            {"models": [
              {"id": "a", "author": "x", "providers": [{"id": "openai", "modell": "b"}]},
              {"id": "b", "aliases": ["A"], "providers": []},
              {"author": "y", "providers": [], "pricing": {"input": "1"}}
            ], "authors": [{"id": "x"}, {"id": "X"}]}
            """
        )
        #expect(
            found == [
                "catalog.json:2:61: unknown field 'modell' in models[0].providers[0]: did you mean "
                    + "'model'?",
                "catalog.json:3:3: models[1] has no 'author'",
                "catalog.json:3:27: the models 'a' and 'b' share the name 'A'",
                "catalog.json:4:3: models[2] has no 'id'",
                "catalog.json:4:47: models[2].pricing has no 'output'",
                "catalog.json:4:47: models[2].pricing has no 'source'",
                "catalog.json:4:47: models[2].pricing has no 'asOf'",
                "catalog.json:5:36: the authors 'x' and 'X' share the name 'X'",
            ]
        )
    }

    @Test func `of another kind is not told line by line`() {
        let models = (0..<1000).map { "{\"name\": \($0)}" }.joined(separator: ",\n")
        #expect(problems("{\"models\": [\(models)]}").count == 100)
    }

    @Test func `that is not there is named`() {
        #expect {
            try CatalogLoader.load(path: "/none/catalog.json")
        } throws: {
            "\($0)".hasPrefix("/none/catalog.json: ")
        }
    }
}
