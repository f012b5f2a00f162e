import JSON
import Model

/// Reads a request for a message.
struct MessagesRequestDecoder {
    private var request = NeutralRequest(client: .anthropicMessages)

    /// Reads a request, an object.
    static func decode(_ root: JSONCursor) throws(TranslationError) -> NeutralRequest {
        var decoder = MessagesRequestDecoder()
        for (name, value) in root.members {
            try decoder.take(try name.text(TranslationError.request), value)
        }
        return decoder.request
    }

    private mutating func take(
        _ name: String,
        _ value: JSONCursor
    ) throws(TranslationError) {
        if value.kind == .null { return }
        switch name {
        case "model": request.model = try value.text(name)
        case "models": break
        case "max_tokens": request.maxTokens = try value.count(name)
        case "messages": try takeMessages(value)
        case "system": try takeSystem(value)
        case "metadata": request.endUser = try value.textIfAny("user_id", name)
        case "stop_sequences": request.stops = try value.texts(name)
        case "stream": request.isStream = try value.truth(name)
        case "thinking": try takeThinking(value)
        case "tool_choice": try takeChoice(value)
        case "tools": try takeTools(value)
        case "output_config":
            if let effort = try value.textIfAny("effort", name) {
                guard let known = ReasoningEffort(rawValue: effort) else {
                    throw TranslationError("output_config.effort", "is not a known effort")
                }
                request.reasoning = request.reasoning ?? ReasoningWish()
                // A model that is told not to think is not told how much.
                if request.reasoning?.effort != ReasoningEffort.none {
                    request.reasoning?.effort = known
                }
            }
            if let format = value["format"] { try takeFormat(format, "output_config.format") }
        case "output_format": try takeFormat(value, name)
        default: try request.take(name, value, MessagesMembers.names)
        }
    }

    private mutating func takeSystem(_ value: JSONCursor) throws(TranslationError) {
        if value.kind == .string {
            request.system = [TextPart(text: try value.text("system"))]
            return
        }
        for (number, block) in try value.array("system").enumerated() {
            let text = try block.text("text", "system[\(number)]")
            // It differs with every request and would break the provider's cache of the prompt.
            if text.hasPrefix("x-anthropic-billing-header") { continue }
            request.system.append(TextPart(text: text, cache: block["cache_control"]?.cacheMarker))
        }
    }

    private mutating func takeThinking(_ value: JSONCursor) throws(TranslationError) {
        var wish = request.reasoning ?? ReasoningWish()
        switch try value.text("type", "thinking") {
        case "disabled": wish.effort = ReasoningEffort.none
        case "enabled": wish.budget = try value["budget_tokens"]?.count("thinking.budget_tokens")
        case "adaptive": wish.effort = wish.effort ?? .high
        default: throw TranslationError("thinking.type", "is not a known form of thinking")
        }
        if let display = value["display"] { wish.showsThoughts = !display.spells("omitted") }
        request.reasoning = wish
    }

    private mutating func takeFormat(
        _ value: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        guard value.spellsType("json_schema"), let schema = value["schema"] else {
            throw TranslationError(path, "is not a JSON schema")
        }
        request.format = .schema(OutputSchema(schema: try schema.object("\(path).schema")))
    }

    private mutating func takeChoice(_ value: JSONCursor) throws(TranslationError) {
        switch try value.text("type", "tool_choice") {
        case "auto": request.toolChoice = .automatic
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = ToolChoice.none
        case "tool": request.toolChoice = .named(try value.text("name", "tool_choice"))
        default: throw TranslationError("tool_choice.type", "is not a known choice")
        }
        if let isDisabled = value["disable_parallel_tool_use"]?.bool {
            request.allowsParallelCalls = !isDisabled
        }
    }

    private mutating func takeTools(_ value: JSONCursor) throws(TranslationError) {
        for (number, tool) in try value.array("tools").enumerated() {
            let path = "tools[\(number)]"
            if let type = tool["type"], !type.spells("custom") {
                request.providerTools.append(path)
                continue
            }
            request.tools.append(
                Tool(
                    name: try tool.text("name", path),
                    description: try tool.textIfAny("description", path),
                    schema: try tool["input_schema"]?.object("\(path).input_schema"),
                    isStrict: tool["strict"]?.bool,
                    cache: tool["cache_control"]?.cacheMarker
                )
            )
        }
    }

    private mutating func takeMessages(_ value: JSONCursor) throws(TranslationError) {
        for (number, message) in try value.array("messages").enumerated() {
            let path = "messages[\(number)]"
            let role: Role
            switch try message.text("role", path) {
            case "user": role = .user
            case "assistant": role = .assistant
            case "system": role = .system
            default: throw TranslationError("\(path).role", "is not a known role")
            }
            let parts = try MessagesContent.parts(message["content"], "\(path).content")
            request.turns.append(Turn(role: role, parts: parts))
        }
    }
}
