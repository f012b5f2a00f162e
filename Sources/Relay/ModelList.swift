import JSON
import Model
import Routing

/// The bodies of `GET /v1/models`: one object that OpenAI's and Anthropic's clients both accept.
enum ModelList {
    /// All models, in the shape of OpenAI and Anthropic, or of Gemini.
    static func body(of models: [ListedModel], in dialect: Dialect) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if dialect == .gemini {
            writeGemini(models, into: &writer)
        } else {
            writeCommon(models, into: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// One model.
    static func body(of model: ListedModel) -> [UInt8] {
        var writer = JSONWriter()
        write(model, into: &writer)
        return writer.bytes
    }

    private static func writeCommon(_ models: [ListedModel], into writer: inout JSONWriter) {
        writer.key("object")
        writer.string("list")
        writer.key("data")
        writer.beginArray()
        for model in models { write(model, into: &writer) }
        writer.endArray()
        writer.key("has_more")
        writer.bool(false)
        writer.key("first_id")
        writeOptional(models.first?.id, into: &writer)
        writer.key("last_id")
        writeOptional(models.last?.id, into: &writer)
    }

    private static func write(_ model: ListedModel, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(model.id)
        writer.key("object")
        writer.string("model")
        // The catalog has no release dates yet: the epoch says "unknown" in both clients' types.
        writer.key("created")
        writer.integer(0)
        writer.key("owned_by")
        writer.string(model.author ?? model.providers.first?.rawValue ?? "organization_owned")
        writer.key("type")
        writer.string("model")
        writer.key("display_name")
        writer.string(model.displayName)
        writer.key("created_at")
        writer.string("1970-01-01T00:00:00Z")
        writer.endObject()
    }

    private static func writeGemini(_ models: [ListedModel], into writer: inout JSONWriter) {
        writer.key("models")
        writer.beginArray()
        for model in models {
            writer.beginObject()
            writer.key("name")
            writer.string("models/" + model.id)
            writer.key("displayName")
            writer.string(model.displayName)
            if let tokens = model.maxContextWindow {
                writer.key("inputTokenLimit")
                writer.integer(tokens)
            }
            if let tokens = model.maxOutputTokens {
                writer.key("outputTokenLimit")
                writer.integer(tokens)
            }
            writer.key("supportedGenerationMethods")
            writer.beginArray()
            for verb in Operation.GeminiVerb.allCases { writer.string(verb.rawValue) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private static func writeOptional(_ text: String?, into writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }
}
