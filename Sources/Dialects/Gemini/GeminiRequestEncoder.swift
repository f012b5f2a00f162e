import JSON
import Model

/// Writes a request for content; the model and the way of the answer stand in its path.
struct GeminiRequestEncoder {
    let request: NeutralRequest
    let target: TranslationTarget
    var encoded: EncodedRequest
    var writer = JSONWriter()

    private init(_ request: NeutralRequest, _ target: TranslationTarget) {
        self.request = request
        self.target = target
        encoded = EncodedRequest(request)
        encoded.toolNames = ToolNames(request.toolNames, GeminiMembers.toolNames)
    }

    /// Writes a request for a provider.
    static func encode(
        _ request: NeutralRequest,
        for target: TranslationTarget
    ) throws(TranslationError) -> EncodedRequest {
        var encoder = GeminiRequestEncoder(request, target)
        encoder.writer.beginObject()
        encoder.writeSystem()
        try encoder.writeContents()
        encoder.writeTools()
        encoder.writeGeneration()
        encoder.writer.endObject()
        encoder.noteLosses()
        encoder.encoded.body = encoder.writer.bytes
        return encoder.encoded
    }

    private mutating func writeSystem() {
        let texts = request.system.filter { !$0.text.isEmpty }
        if texts.isEmpty { return }
        writer.key("systemInstruction")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        for text in texts {
            writer.beginObject()
            writer.member("text", text.text)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private mutating func noteLosses() {
        if request.endUser != nil { encoded.noteRemoved(request.name(.endUser)) }
        if request.allowsParallelCalls == false {
            encoded.noteRemoved(request.name(.parallelCalls))
        }
        if request.hasCacheMarkers { encoded.noteRemoved(request.name(.cacheMarkers)) }
        if request.tools.contains(where: { $0.isStrict == true }) {
            encoded.noteRemoved(request.name(.strictTools))
        }
    }

    private mutating func writeTools() {
        guard !request.tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        writer.beginObject()
        writer.key("functionDeclarations")
        writer.beginArray()
        for tool in request.tools {
            writer.beginObject()
            writer.member("name", encoded.toolNames.provider(tool.name))
            writer.member("description", tool.description)
            // An object without properties is refused there.
            if let schema = tool.schema, schema["properties"]?.says == true {
                writer.key("parameters")
                GeminiSchema.write(schema, &writer)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        writeChoice()
    }

    private mutating func writeChoice() {
        let mode: String
        var name: String?
        switch request.toolChoice {
        case nil: return
        case .automatic: mode = "AUTO"
        case .some(.none): mode = "NONE"
        case .required: mode = "ANY"
        case .named(let wanted):
            mode = "ANY"
            name = encoded.toolNames.provider(wanted)
        }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("functionCallingConfig")
        writer.beginObject()
        writer.member("mode", mode)
        if let name { writer.member("allowedFunctionNames", [name]) }
        writer.endObject()
        writer.endObject()
    }

    private mutating func writeGeneration() {
        let outer = writer
        writer = JSONWriter()
        writer.beginObject()
        let empty = writer.bytes.count
        writeLimits()
        writeFormat()
        writeThinking()
        let isEmpty = writer.bytes.count == empty
        writer.endObject()
        let inner = writer.bytes
        writer = outer
        if isEmpty { return }
        writer.key("generationConfig")
        writer.raw(inner.span)
    }

    private mutating func writeLimits() {
        writer.member("maxOutputTokens", request.maxTokens)
        if !request.stops.isEmpty {
            writer.member("stopSequences", Array(request.stops.prefix(5)))
            if request.stops.count > 5 { encoded.noteRemoved(request.name(.stops) + "[5]") }
        }
        for setting in request.settings {
            guard let name = GeminiMembers.names.name(of: setting.meaning) else {
                encoded.noteRemoved(setting.name)
                continue
            }
            writer.key(String(name.dropFirst("generationConfig.".count)))
            writer.value(setting.value)
        }
    }

    private mutating func writeFormat() {
        guard let format = request.format else { return }
        writer.member("responseMimeType", "application/json")
        guard case .schema(let schema) = format else { return }
        writer.key("responseSchema")
        GeminiSchema.write(schema.schema, &writer)
    }

    private mutating func writeThinking() {
        guard let wish = request.reasoning, let effort = wish.inWords else { return }
        writer.key("thinkingConfig")
        writer.beginObject()
        switch target.geminiThinking {
        case .level:
            switch effort {
            // These models always think.
            case .none, .minimal: writer.member("thinkingLevel", "minimal")
            case .low: writer.member("thinkingLevel", "low")
            case .medium: writer.member("thinkingLevel", "medium")
            case .high, .xhigh, .max: writer.member("thinkingLevel", "high")
            }
        case .budget: writer.member("thinkingBudget", wish.budget ?? effort.budget)
        }
        if effort != .none { writer.member("includeThoughts", wish.showsThoughts ?? true) }
        writer.endObject()
    }
}
