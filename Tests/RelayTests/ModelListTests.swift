import JSON
import Model
import Routing
import Testing

@testable import Relay

@Suite struct ModelLists {
    private func site() throws -> Site {
        var alpha = try provider("alpha")
        var small = ModelFacts()
        small.author = "maker"
        small.displayName = "Small"
        var odd = ModelFacts()
        odd.maxContextWindow = 8
        odd.maxOutputTokens = 4
        alpha.models = [
            ProviderModel(id: "small", facts: small), ProviderModel(id: "odd\"\n", facts: odd),
        ]
        return Site([alpha])
    }

    private func get(_ path: String) throws -> Answer {
        var conversation = Conversation(try site(), "GET", path)
        conversation.endBody()
        #expect(conversation.answer["Content-Type"] == "application/json")
        return conversation.answer
    }

    @Test func `one list serves clients of OpenAI and of Anthropic`() throws {
        let root = try get("/v1/models").json()
        #expect(root["object"]?.string == "list")
        #expect(root["has_more"]?.bool == false)
        #expect(root["first_id"]?.string == "small")
        #expect(root["last_id"]?.string == "odd\"\n")
        let models = try #require(root["data"]).elements
        #expect(models.map { $0["id"]?.string } == ["small", "odd\"\n"])
        for model in models {
            #expect(model["object"]?.string == "model")
            #expect(model["type"]?.string == "model")
            #expect(model["created"]?.integer == 0)
            #expect(model["created_at"]?.string == "1970-01-01T00:00:00Z")
        }
        #expect(models.map { $0["owned_by"]?.string } == ["maker", "alpha"])
        #expect(models.first?["display_name"]?.string == "Small")
    }

    @Test func `an empty list has no first and no last`() throws {
        var conversation = Conversation(Site(), "GET", "/v1/models")
        conversation.endBody()
        let root = try conversation.answer.json()
        #expect(root["data"]?.elements.isEmpty == true)
        #expect(root["first_id"]?.isNull == true)
        #expect(root["last_id"]?.isNull == true)
    }

    @Test func `Gemini's clients get their own shape`() throws {
        let models = try #require(try get("/v1beta/models").json()["models"]).elements
        #expect(models.map { $0["name"]?.string } == ["models/small", "models/odd\"\n"])
        #expect(models.first?["inputTokenLimit"] == nil)
        #expect(models.last?["inputTokenLimit"]?.integer == 8)
        #expect(models.last?["outputTokenLimit"]?.integer == 4)
    }

    @Test(arguments: ["small", "SMALL", "maker%2Fsmall", "alpha:small"])
    func `one model is found by any of its names`(name: String) throws {
        #expect(try get("/v1/models/\(name)").json()["id"]?.string == "small")
    }

    @Test func `a model that is not listed is not found`() throws {
        let answer = try get("/v1/models/none")
        #expect(answer.status == 404)
        #expect(answer.code == "ERR_NGROK_27224")
    }
}
