import JSON

/// Writes a request for a message.
struct MessagesRequestEncoder {
    /// The most tokens of an answer where neither the client nor the catalog says.
    static let defaultMaxTokens = 4096
    /// The tool that stands for the form of an answer.
    private static let formatTool = "structured_output"

    let request: NeutralRequest
    private let target: TranslationTarget
    private let conversation: [Turn]
    private let maxTokens: Int
    private let thinking: Thinking
    var encoded: EncodedRequest
    var writer = JSONWriter()

    /// What becomes of the wish for thoughts.
    private enum Thinking: Equatable {
        case unsaid, off, adaptive
        case budget(Int)

        var isOn: Bool {
            switch self {
            case .unsaid, .off: false
            case .adaptive, .budget: true
            }
        }
    }

    private init(
        _ request: NeutralRequest,
        _ target: TranslationTarget
    ) throws(TranslationError) {
        self.request = request
        self.target = target
        let turns = try MessagesConversation.turns(of: request)
        let wanted = request.maxTokens ?? target.maxOutputTokens ?? Self.defaultMaxTokens
        maxTokens = max(1, min(wanted, target.maxOutputTokens ?? wanted))
        thinking = Self.thinking(request, target, turns, maxTokens)
        // What another provider called without thoughts takes the others with it.
        let isLacking =
            request.reasoning?.inWords != nil && MessagesConversation.lacksThoughts(turns)
        conversation = isLacking ? MessagesConversation.withoutThoughts(turns) : turns
        encoded = EncodedRequest(request)
        encoded.toolNames = ToolNames(request.toolNames, MessagesMembers.toolNames)
        let losesOthers = isLacking && MessagesConversation.hasThoughts(turns)
        if MessagesConversation.losesThoughts(request) || losesOthers {
            encoded.noteRemoved(request.name(.thoughts))
        }
    }

    /// Writes a request for a provider.
    static func encode(
        _ request: NeutralRequest,
        for target: TranslationTarget
    ) throws(TranslationError) -> EncodedRequest {
        var encoder = try MessagesRequestEncoder(request, target)
        encoder.writer.beginObject()
        encoder.writer.member("model", target.model)
        encoder.writer.member("max_tokens", encoder.maxTokens)
        encoder.writeSystem()
        try encoder.writeMessages(encoder.conversation)
        encoder.writeSettings()
        encoder.writeTools()
        encoder.writeThinking()
        if request.isStream { encoder.writer.member("stream", true) }
        encoder.writer.endObject()
        encoder.encoded.body = encoder.writer.bytes
        return encoder.encoded
    }

    private static func thinking(
        _ request: NeutralRequest,
        _ target: TranslationTarget,
        _ conversation: [Turn],
        _ maxTokens: Int
    ) -> Thinking {
        guard let wish = request.reasoning, wish.inWords != nil else { return .unsaid }
        if wish.inWords == ReasoningEffort.none {
            return target.thinking == .adaptive ? .off : .unsaid
        }
        // A turn that called tools must begin with its thoughts, and without them thinking is off.
        if MessagesConversation.lacksThoughts(conversation) { return .unsaid }
        if target.thinking == .adaptive { return .adaptive }
        guard maxTokens > 1024 else { return .unsaid }
        let budget = wish.budget ?? wish.effort?.budget ?? ReasoningEffort.medium.budget
        return .budget(min(max(budget, 1024), maxTokens - 1))
    }

    private mutating func writeSystem() {
        var texts = request.system.filter { !$0.text.isBlank }
        if let hint = formatHint { texts.append(TextPart(text: hint)) }
        if texts.isEmpty { return }
        writer.key("system")
        writer.beginArray()
        for text in texts { MessagesWriting.write(text, &writer) }
        writer.endArray()
    }

    /// What the answer is to look like, where nothing but words can say it.
    private var formatHint: String? {
        switch request.format {
        case .object: return "Answer with one JSON object and nothing else."
        case .schema(let schema):
            if target.structuredOutput == .native || request.tools.isEmpty { return nil }
            let text = String(decoding: schema.schema.compact, as: UTF8.self)
            return "Answer with JSON of this schema and nothing else: \(text)"
        case nil: return nil
        }
    }

    private mutating func writeSettings() {
        let stops = request.stops.filter { !$0.isBlank }
        if !stops.isEmpty { writer.member("stop_sequences", stops) }
        for setting in request.settings { write(setting) }
        guard let user = request.endUser else { return }
        // What tells a person is refused there.
        if user.contains("@") || user.hasPrefix("+") {
            encoded.noteRemoved(request.name(.endUser))
        } else {
            writer.key("metadata")
            writer.beginObject()
            writer.member("user_id", user)
            writer.endObject()
        }
    }

    private mutating func write(_ setting: Setting) {
        switch setting.meaning {
        case .temperature, .topP, .topK:
            // A model that thinks takes no sampling.
            if thinking.isOn { return encoded.noteRemoved(setting.name) }
            guard let name = MessagesMembers.names.name(of: setting.meaning) else { return }
            writer.key(name)
            if setting.meaning == .temperature, let value = Double(setting.value.numeral), value > 1
            {
                writer.integer(1)
            } else {
                writer.value(setting.value)
            }
        case .serviceTier:
            if setting.value.spells("auto") {
                writer.member("service_tier", "auto")
            } else if setting.value.spells("default") {
                writer.member("service_tier", "standard_only")
            } else {
                encoded.noteRemoved(setting.name)
            }
        case .frequencyPenalty, .presencePenalty, .seed, .verbosity, .metadata, .cacheKey,
            .cacheRetention, .safetyIdentifier:
            encoded.noteRemoved(setting.name)
        }
    }

    private mutating func writeThinking() {
        var effort: ReasoningEffort?
        switch thinking {
        case .unsaid:
            if let wish = request.reasoning, wish.inWords != ReasoningEffort.none {
                encoded.noteRemoved(request.name(.reasoning))
            }
        case .off:
            writer.key("thinking")
            writer.beginObject()
            writer.member("type", "disabled")
            writer.endObject()
        case .adaptive:
            writer.key("thinking")
            writer.beginObject()
            writer.member("type", "adaptive")
            // Without it the thoughts come back blank.
            writer.member("display", "summarized")
            writer.endObject()
            effort = request.reasoning?.inWords
        case .budget(let tokens):
            writer.key("thinking")
            writer.beginObject()
            writer.member("type", "enabled")
            writer.member("budget_tokens", tokens)
            writer.endObject()
        }
        writeOutputConfiguration(effort)
    }

    private mutating func writeOutputConfiguration(_ effort: ReasoningEffort?) {
        var schema: OutputSchema?
        if case .schema(let wanted) = request.format, target.structuredOutput == .native {
            schema = wanted
        }
        if effort == nil, schema == nil { return }
        writer.key("output_config")
        writer.beginObject()
        writer.member("effort", effort.map { $0 == .minimal ? "low" : $0.rawValue })
        if let schema {
            writer.key("format")
            writer.beginObject()
            writer.member("type", "json_schema")
            writer.key("schema")
            MessagesSchema.write(schema.schema, &writer)
            writer.endObject()
        }
        writer.endObject()
    }
}

// MARK: Tools

extension MessagesRequestEncoder {
    private mutating func writeTools() {
        let schema = formatSchema
        let needsTool = request.tools.isEmpty && MessagesConversation.usesTools(conversation)
        guard !request.tools.isEmpty || schema != nil || needsTool else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in request.tools { write(tool) }
        if let schema { writeFormatTool(schema) }
        if needsTool, schema == nil {
            // Calls and results in a conversation are refused where there is no tool.
            write(Tool(name: "unused", description: "Never call this tool."))
        }
        writer.endArray()
        if schema != nil {
            encoded.formatTool = Self.formatTool
            writeChoice("tool", Self.formatTool)
        } else {
            writeChoice()
        }
    }

    /// The schema that a tool must stand for.
    private var formatSchema: OutputSchema? {
        guard case .schema(let schema) = request.format, target.structuredOutput == .tool,
            request.tools.isEmpty
        else { return nil }
        return schema
    }

    private mutating func writeFormatTool(_ schema: OutputSchema) {
        writer.beginObject()
        writer.member("name", Self.formatTool)
        writer.member("description", schema.description ?? "Give the answer in this form.")
        writer.key("input_schema")
        writer.value(schema.schema)
        writer.endObject()
    }

    private mutating func write(_ tool: Tool) {
        writer.beginObject()
        writer.member("name", encoded.toolNames.provider(tool.name))
        writer.member("description", tool.description)
        writer.key("input_schema")
        MessagesWriting.writeInputSchema(tool.schema, &writer)
        MessagesWriting.write(tool.cache, &writer)
        writer.endObject()
        if tool.isStrict == true { encoded.noteRemoved(request.name(.strictTools)) }
    }

    private mutating func writeChoice() {
        if request.tools.isEmpty { return }
        switch request.toolChoice {
        case .automatic: writeChoice("auto", nil)
        case .some(.none): writeChoice("none", nil)
        // A model that thinks can't be forced.
        case .required: writeChoice(thinking.isOn ? "auto" : "any", nil)
        case .named(let name):
            if thinking.isOn {
                writeChoice("auto", nil)
            } else {
                writeChoice("tool", encoded.toolNames.provider(name))
            }
        case nil: if request.allowsParallelCalls != nil { writeChoice("auto", nil) }
        }
    }

    private mutating func writeChoice(_ type: String, _ name: String?) {
        writer.key("tool_choice")
        writer.beginObject()
        writer.member("type", type)
        writer.member("name", name)
        if type != "none", let isAllowed = request.allowsParallelCalls {
            writer.member("disable_parallel_tool_use", !isAllowed)
        }
        writer.endObject()
    }
}
