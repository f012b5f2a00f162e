import JSON
import Model

/// Reads a request for a chat completion.
struct ChatRequestDecoder {
    private var request = NeutralRequest(client: .openAIChat)

    /// Reads a request, an object.
    static func decode(_ root: JSONCursor) throws(TranslationError) -> NeutralRequest {
        var decoder = ChatRequestDecoder()
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
        case "messages": try takeMessages(value)
        case "max_completion_tokens": request.maxTokens = try value.count(name)
        case "max_tokens":
            let count = try value.count(name)
            request.maxTokens = request.maxTokens ?? count
        case "stop": request.stops = try value.texts(name)
        case "stream": request.isStream = try value.truth(name)
        case "stream_options":
            request.wantsStreamUsage = value["include_usage"]?.bool ?? false
        case "tools": try takeTools(value)
        case "functions":
            for function in try value.array(name) { try takeFunction(function, name) }
        case "tool_choice": request.toolChoice = try Self.choice(value, name)
        case "function_call": request.toolChoice = try Self.choice(value, name)
        case "parallel_tool_calls": request.allowsParallelCalls = try value.truth(name)
        case "reasoning_effort":
            guard let effort = ReasoningEffort(rawValue: try value.text(name)) else {
                throw TranslationError(name, "is not a known effort")
            }
            request.reasoning = ReasoningWish(effort: effort)
        case "response_format": try takeFormat(value)
        case "user": request.endUser = try value.text(name)
        default: try takeOther(name, value)
        }
    }

    private mutating func takeOther(
        _ name: String,
        _ value: JSONCursor
    ) throws(TranslationError) {
        switch name {
        case "models": break
        case "n":
            if value.integer != 1 {
                throw TranslationError(name, "only one answer can be translated")
            }
        case "modalities":
            for kind in try value.array(name) where !kind.spells("text") {
                throw TranslationError(name, "no other dialect answers in anything but text")
            }
        default: try request.take(name, value, ChatMembers.names)
        }
    }

    private mutating func takeFormat(_ value: JSONCursor) throws(TranslationError) {
        switch try value.text("type", "response_format") {
        case "text": break
        case "json_object": request.format = .object
        case "json_schema":
            let path = "response_format.json_schema"
            guard let format = value["json_schema"], let schema = format["schema"] else {
                throw TranslationError(path, "has no schema")
            }
            request.format = .schema(
                OutputSchema(
                    name: try format.textIfAny("name", path),
                    description: try format.textIfAny("description", path),
                    schema: try schema.object("\(path).schema"),
                    isStrict: format["strict"]?.bool
                )
            )
        default: throw TranslationError("response_format.type", "is not a known format")
        }
    }
}

// MARK: Tools

extension ChatRequestDecoder {
    private mutating func takeTools(_ value: JSONCursor) throws(TranslationError) {
        for (number, tool) in try value.array("tools").enumerated() {
            let type = try tool.textIfAny("type", "tools[\(number)]") ?? "function"
            guard type == "function", let function = tool["function"] else {
                request.providerTools.append("tools[\(number)]")
                continue
            }
            try takeFunction(function, "tools[\(number)].function", cache: tool["cache_control"])
        }
    }

    private mutating func takeFunction(
        _ function: JSONCursor,
        _ path: String,
        cache: JSONCursor? = nil
    ) throws(TranslationError) {
        request.tools.append(
            Tool(
                name: try function.text("name", path),
                description: try function.textIfAny("description", path),
                schema: try function["parameters"]?.object("\(path).parameters"),
                isStrict: function["strict"]?.bool,
                cache: (cache ?? function["cache_control"])?.cacheMarker
            )
        )
    }

    private static func choice(
        _ value: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> ToolChoice {
        if value.kind == .object {
            let name = value["function"]?["name"] ?? value["name"]
            guard let name else {
                throw TranslationError(path, "names no function")
            }
            return .named(try name.text("\(path).name"))
        }
        switch try value.text(path) {
        case "auto": return .automatic
        case "none": return .none
        case "required", "any": return .required
        default: throw TranslationError(path, "is not a known choice")
        }
    }
}

// MARK: Messages

extension ChatRequestDecoder {
    private mutating func takeMessages(_ value: JSONCursor) throws(TranslationError) {
        for (number, message) in try value.array("messages").enumerated() {
            let path = "messages[\(number)]"
            switch try message.text("role", path) {
            case "system", "developer": try takeSystem(message, path)
            case "user":
                let parts = try ChatContent.parts(message["content"], "\(path).content")
                request.turns.append(Turn(role: .user, parts: parts))
            case "assistant": try takeAssistant(message, path)
            case "tool":
                let id = try message.textIfAny("tool_call_id", path) ?? ""
                try takeResult(message, id: id, name: nil, path)
            case "function":
                let name = try message.text("name", path)
                try takeResult(message, id: name, name: name, path)
            default: throw TranslationError("\(path).role", "is not a known role")
            }
        }
    }

    private mutating func takeSystem(
        _ message: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        let parts = try ChatContent.parts(message["content"], "\(path).content")
        guard request.turns.isEmpty else {
            request.turns.append(Turn(role: .system, parts: parts))
            return
        }
        for part in parts {
            guard case .text(let text) = part else {
                throw TranslationError("\(path).content", "instructions hold more than text")
            }
            request.system.append(text)
        }
    }

    private mutating func takeResult(
        _ message: JSONCursor,
        id: String,
        name: String?,
        _ path: String
    ) throws(TranslationError) {
        var parts = try ChatContent.parts(message["content"], "\(path).content")
        var cache = message["cache_control"]?.cacheMarker
        // A mark on the last part is one on the result, for who knows no parts of results.
        if case .text(var last) = parts.last, let mark = last.cache {
            cache = cache ?? mark
            last.cache = nil
            parts[parts.count - 1] = .text(last)
        }
        let result = ToolResult(
            callID: CallID.split(id).id,
            name: name,
            parts: parts,
            cache: cache
        )
        request.turns.append(Turn(role: .user, parts: [.toolResult(result)]))
    }

    private mutating func takeAssistant(
        _ message: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        var parts = try ChatContent.reasoning(message, path)
        parts += try ChatContent.parts(message["content"], "\(path).content")
        if let refusal = try message.textIfAny("refusal", path), !refusal.isEmpty {
            parts.append(.refusal(refusal))
        }
        if let calls = message["tool_calls"] {
            for (number, call) in try calls.array("\(path).tool_calls").enumerated() {
                parts.append(
                    .toolCall(try ChatContent.call(call, "\(path).tool_calls[\(number)]"))
                )
            }
        }
        if let function = message["function_call"] {
            let name = try function.text("name", "\(path).function_call")
            let arguments = try function.textIfAny("arguments", "\(path).function_call") ?? ""
            parts.append(
                .toolCall(
                    ToolCall(
                        id: name,
                        name: name,
                        arguments: try CallArguments.read(arguments, path, id: name)
                    )
                )
            )
        }
        request.turns.append(Turn(role: .assistant, parts: parts))
    }
}
