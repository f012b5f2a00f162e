import JSON
import Model

/// Writes a request for a chat completion.
struct ChatRequestEncoder {
    let request: NeutralRequest
    let target: TranslationTarget
    var encoded: EncodedRequest
    var writer = JSONWriter()

    private init(_ request: NeutralRequest, _ target: TranslationTarget) {
        self.request = request
        self.target = target
        encoded = EncodedRequest(request)
        encoded.toolNames = ToolNames(request.toolNames, ChatMembers.toolNames)
    }

    /// Writes a request for a provider.
    static func encode(
        _ request: NeutralRequest,
        for target: TranslationTarget
    ) throws(TranslationError) -> EncodedRequest {
        var encoder = ChatRequestEncoder(request, target)
        encoder.writer.beginObject()
        encoder.writer.member("model", target.model)
        try encoder.writeMessages()
        encoder.writeLimits()
        encoder.writeSettings()
        encoder.writeTools()
        encoder.writeFormat()
        encoder.writeStream()
        encoder.writer.endObject()
        encoder.encoded.body = encoder.writer.bytes
        return encoder.encoded
    }

    private mutating func writeLimits() {
        writer.member(
            target.tokenLimitName == .openAI ? "max_completion_tokens" : "max_tokens",
            request.maxTokens
        )
        if !request.stops.isEmpty {
            writer.member("stop", Array(request.stops.prefix(4)))
            if request.stops.count > 4 { encoded.noteRemoved(request.name(.stops) + "[4]") }
        }
        if let effort = request.reasoning?.inWords {
            writer.member("reasoning_effort", effort == .max ? "xhigh" : effort.rawValue)
        }
        writer.member("user", request.shortEndUser)
        if target.tokenLimitName == .openAI, request.client == .anthropicMessages {
            // Requests of one user find the same cache there.
            writer.member("prompt_cache_key", request.shortEndUser)
        }
        if request.hasCacheMarkers { encoded.noteRemoved(request.name(.cacheMarkers)) }
    }

    private mutating func writeSettings() {
        for setting in request.settings {
            guard let name = ChatMembers.names.name(of: setting.meaning) else {
                encoded.noteRemoved(setting.name)
                continue
            }
            writer.key(name)
            if setting.meaning == .serviceTier, request.client == .anthropicMessages {
                // Of Anthropic's tiers the automatic one has the same name here.
                writer.string(setting.value.spells("auto") ? "auto" : "default")
            } else {
                writer.value(setting.value)
            }
        }
    }

    private mutating func writeTools() {
        guard !request.tools.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in request.tools { write(tool) }
        writer.endArray()
        switch request.toolChoice {
        case .automatic: writer.member("tool_choice", "auto")
        case .some(.none): writer.member("tool_choice", "none")
        case .required: writer.member("tool_choice", "required")
        case .named(let name):
            writer.key("tool_choice")
            writer.beginObject()
            writer.member("type", "function")
            writer.key("function")
            writer.beginObject()
            writer.member("name", encoded.toolNames.provider(name))
            writer.endObject()
            writer.endObject()
        case nil: break
        }
        writer.member("parallel_tool_calls", request.allowsParallelCalls)
    }

    private mutating func write(_ tool: Tool) {
        writer.beginObject()
        writer.member("type", "function")
        writer.key("function")
        writer.beginObject()
        writer.member("name", encoded.toolNames.provider(tool.name))
        writer.member("description", tool.description)
        if let schema = tool.schema {
            writer.key("parameters")
            writer.value(schema)
        }
        writer.member("strict", tool.isStrict)
        writer.endObject()
        writer.endObject()
    }

    private mutating func writeFormat() {
        guard let format = request.format else { return }
        writer.key("response_format")
        writer.beginObject()
        switch format {
        case .object: writer.member("type", "json_object")
        case .schema(let schema):
            writer.member("type", "json_schema")
            writer.key("json_schema")
            writer.beginObject()
            writer.member("name", schema.name ?? "structured_output")
            writer.member("description", schema.description)
            writer.key("schema")
            writer.value(schema.schema)
            writer.member("strict", schema.isStrict)
            writer.endObject()
        }
        writer.endObject()
    }

    private mutating func writeStream() {
        guard request.isStream else { return }
        writer.member("stream", true)
        writer.key("stream_options")
        writer.beginObject()
        writer.member("include_usage", true)
        writer.endObject()
    }
}
