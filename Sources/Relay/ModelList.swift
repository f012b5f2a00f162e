import JSON
import Model
import Routing

/// The bodies of `GET /v1/models`: one object that OpenAI's and Anthropic's clients both accept.
enum ModelList {
    /// The models that are still served, in the shape of OpenAI and Anthropic, or of Gemini.
    static func body(
        of models: [ListedModel],
        in dialect: Dialect,
        at now: Timestamp
    ) -> [UInt8] {
        let served = models.filter { !$0.facts.isRetired(at: now) }
        var writer = JSONWriter()
        writer.beginObject()
        if dialect == .gemini {
            writeGemini(served, into: &writer)
        } else {
            writeCommon(served, into: &writer)
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
        // Both clients' types want a time: the epoch says "unknown".
        let created = model.facts.released?.start ?? Timestamp(unixSecond: 0)
        writer.key("created")
        writer.integer(Int(created.unixSecond))
        writer.key("owned_by")
        writer.string(model.owner)
        writer.key("type")
        writer.string("model")
        writer.key("display_name")
        writer.string(model.displayName)
        writer.key("created_at")
        writer.string(created.description)
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
            if let text = model.facts.description {
                writer.key("description")
                writer.string(text)
            }
            if let tokens = model.facts.maxContextWindow {
                writer.key("inputTokenLimit")
                writer.integer(tokens)
            }
            if let tokens = model.facts.maxOutputTokens {
                writer.key("outputTokenLimit")
                writer.integer(tokens)
            }
            writer.key("supportedGenerationMethods")
            writer.beginArray()
            for verb in verbs(of: model) { writer.string(verb.rawValue) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    /// What can be asked of a model, where nobody says what comes out of it everything; embeddings
    /// are not translated.
    private static func verbs(of model: ListedModel) -> [Operation.GeminiVerb] {
        let facts = model.facts
        return Operation.GeminiVerb.allCases.filter { verb in
            switch verb {
            case .countTokens: true
            case .embedContent:
                model.dialects.contains(.gemini)
                    && (facts.outputModalities.isEmpty
                        || facts.outputModalities.contains(.embedding))
            case .generateContent, .streamGenerateContent:
                facts.outputModalities.isEmpty || !facts.outputModalities.contains(.embedding)
            }
        }
    }

    private static func writeOptional(_ text: String?, into writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }
}

extension ListedModel {
    /// Who is said to own it.
    fileprivate var owner: String {
        if isVirtual { return "virtual" }
        return facts.author ?? providers.first?.rawValue ?? "organization_owned"
    }
}
