import JSON
import Model

/// Writes a request for a response that nobody keeps.
struct ResponsesRequestEncoder {
    let request: NeutralRequest
    let target: TranslationTarget
    var encoded: EncodedRequest
    var writer = JSONWriter()

    private init(_ request: NeutralRequest, _ target: TranslationTarget) {
        self.request = request
        self.target = target
        encoded = EncodedRequest(request)
        encoded.toolNames = ToolNames(request.toolNames, ResponsesMembers.toolNames)
    }

    /// Writes a request for a provider.
    static func encode(
        _ request: NeutralRequest,
        for target: TranslationTarget
    ) throws(TranslationError) -> EncodedRequest {
        var encoder = ResponsesRequestEncoder(request, target)
        encoder.writer.beginObject()
        encoder.writer.member("model", target.model)
        let instructions = request.system.map(\.text).joined(separator: "\n\n")
        if !instructions.isEmpty { encoder.writer.member("instructions", instructions) }
        try encoder.writeInput()
        encoder.writeLimits()
        encoder.writeTools()
        encoder.writeText()
        encoder.writer.member("store", false)
        // Thoughts that nobody keeps can be given back only like this.
        encoder.writer.member("include", ["reasoning.encrypted_content"])
        if request.isStream { encoder.writer.member("stream", true) }
        encoder.writer.endObject()
        encoder.encoded.body = encoder.writer.bytes
        return encoder.encoded
    }

    private mutating func writeLimits() {
        writer.member("max_output_tokens", request.maxTokens)
        if !request.stops.isEmpty { encoded.noteRemoved(request.name(.stops)) }
        for setting in request.settings where setting.meaning != .verbosity { write(setting) }
        if let wish = request.reasoning { write(wish) }
        writer.member("user", request.shortEndUser)
        if request.hasCacheMarkers { encoded.noteRemoved(request.name(.cacheMarkers)) }
    }

    private mutating func write(_ setting: Setting) {
        guard let name = ResponsesMembers.names.name(of: setting.meaning) else {
            encoded.noteRemoved(setting.name)
            return
        }
        writer.key(name)
        if setting.meaning == .serviceTier, request.client == .anthropicMessages {
            writer.string(setting.value.spells("auto") ? "auto" : "default")
        } else {
            writer.value(setting.value)
        }
    }

    private mutating func write(_ wish: ReasoningWish) {
        guard let effort = wish.inWords else { return }
        writer.key("reasoning")
        writer.beginObject()
        writer.member("effort", effort == .max ? "xhigh" : effort.rawValue)
        if effort != .none, wish.showsThoughts == true { writer.member("summary", "auto") }
        writer.endObject()
    }

    private mutating func writeTools() {
        guard !request.tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in request.tools {
            writer.beginObject()
            writer.member("type", "function")
            writer.member("name", encoded.toolNames.provider(tool.name))
            writer.member("description", tool.description)
            writer.key("parameters")
            MessagesWriting.writeInputSchema(tool.schema, &writer)
            // Left out, it would be true here.
            writer.member("strict", tool.isStrict ?? false)
            writer.endObject()
        }
        writer.endArray()
        switch request.toolChoice {
        case .automatic: writer.member("tool_choice", "auto")
        case .some(.none): writer.member("tool_choice", "none")
        case .required: writer.member("tool_choice", "required")
        case .named(let name):
            writer.key("tool_choice")
            writer.beginObject()
            writer.member("type", "function")
            writer.member("name", encoded.toolNames.provider(name))
            writer.endObject()
        case nil: break
        }
        writer.member("parallel_tool_calls", request.allowsParallelCalls)
    }

    private mutating func writeText() {
        let verbosity = request.settings.first { $0.meaning == .verbosity }
        if verbosity == nil, request.format == nil { return }
        writer.key("text")
        writer.beginObject()
        switch request.format {
        case .object:
            writer.key("format")
            writer.beginObject()
            writer.member("type", "json_object")
            writer.endObject()
        case .schema(let schema):
            writer.key("format")
            writer.beginObject()
            writer.member("type", "json_schema")
            writer.member("name", schema.name ?? "structured_output")
            writer.member("description", schema.description)
            writer.key("schema")
            writer.value(schema.schema)
            writer.member("strict", schema.isStrict ?? false)
            writer.endObject()
        case nil: break
        }
        if let verbosity {
            writer.key("verbosity")
            writer.value(verbosity.value)
        }
        writer.endObject()
    }
}
