import ControlPlane
import JSON
import Testing

@Suite struct `Models over the API` {
    @Test func `prices come with their conditions`() throws {
        let site = try ControlPlaneSite()
        let answer = try site.get("/models").json()
        #expect(answer["object"]?.string == "list")
        #expect(answer["endpointId"]?.string == "ep_main")
        let models = answer["data"]?.elements ?? []
        let model = try #require(models.first { $0["id"]?.string == "gpt-6.1-sol" })
        #expect(model["name"]?.string == "GPT-6.1 Sol")
        #expect(model["owned_by"]?.string == "ngrok")
        #expect(model["architecture"]?["modality"]?.string == "text+image->text")
        let provider = try #require(model["providers"]?.elements.first)
        #expect(provider["id"]?.string == "openai")
        #expect(provider["supports_implicit_caching"]?.bool == true)
        let formats = provider["supported_api_formats"]?.elements.compactMap { $0["name"]?.string }
        #expect(formats == ["chat-completions", "responses"])
        let rates = provider["pricing"]?["rates"]?.elements ?? []
        func price(_ type: String, _ holds: (JSONValue) -> Bool) -> String? {
            rates.first { $0["type"]?.string == type && $0["conditions"].map(holds) == true }?[
                "price"
            ]?.string
        }
        #expect(price("text.input") { $0.members.isEmpty } == "2")
        #expect(price("text.output") { $0.members.isEmpty } == "10")
        #expect(price("text.input") { $0["min_input_tokens"]?.integer == 272_001 } == "4")
        #expect(price("text.input") { $0["service_tier"]?.string == "batch" } == "1")
        #expect(price("text.output") { $0["service_tier"]?.string == "ultrafast" } == "60")
    }

    @Test func `a gateway of others is not there`() throws {
        let site = try ControlPlaneSite()
        #expect(site.get("/models?endpointId=ep_none").status == 400)
        let (_, other) = ControlPlaneSite.callers[3]
        #expect(site.get("/models?endpointId=ep_main", from: other).status == 400)
        let answer = try site.get("/models", from: other).json()
        #expect(answer["endpointId"]?.isNull == true)
        #expect(answer["data"]?.elements.isEmpty == true)
        #expect(site.get("/models?accountId=default", from: other).status == 403)
    }

    @Test func `a used model is called by its name`() throws {
        let site = try ControlPlaneSite()
        let usage = try site.get("/usage?startTime=2026-11-20T00:00:00Z&includeRetries=true").json()
        for event in usage["events"]?.elements ?? [] {
            #expect(event["modelDisplayName"]?.string != nil)
        }
    }
}
