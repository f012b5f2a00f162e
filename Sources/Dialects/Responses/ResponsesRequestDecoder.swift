import JSON
import Model

/// Reads a request for a response.
struct ResponsesRequestDecoder {
    private var request = NeutralRequest(client: .openAIResponses)

    /// Reads a request, an object.
    static func decode(_ root: JSONCursor) throws(TranslationError) -> NeutralRequest {
        var decoder = ResponsesRequestDecoder()
        // They stand before what the input says as the system.
        if let instructions = try root["instructions"]?.text("instructions") {
            decoder.request.system.append(TextPart(text: instructions))
        }
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
        case "models", "instructions", "include", "stream_options", "truncation": break
        case "input": try takeInput(value)
        case "max_output_tokens": request.maxTokens = try value.count(name)
        case "tools": try takeTools(value)
        case "tool_choice": try takeChoice(value)
        case "parallel_tool_calls": request.allowsParallelCalls = try value.truth(name)
        case "reasoning": try takeReasoning(value)
        case "text": try takeText(value)
        case "stream": request.isStream = try value.truth(name)
        case "user": request.endUser = try value.text(name)
        default: try request.take(name, value, ResponsesMembers.names)
        }
    }

    private mutating func takeReasoning(_ value: JSONCursor) throws(TranslationError) {
        var wish = ReasoningWish()
        if let effort = try value.textIfAny("effort", "reasoning") {
            guard let known = ReasoningEffort(rawValue: effort) else {
                throw TranslationError("reasoning.effort", "is not a known effort")
            }
            wish.effort = known
        }
        if value["summary"] != nil { wish.showsThoughts = true }
        if wish != ReasoningWish() { request.reasoning = wish }
    }

    private mutating func takeText(_ value: JSONCursor) throws(TranslationError) {
        if let verbosity = value["verbosity"] {
            try request.take("text.verbosity", verbosity, ResponsesMembers.names)
        }
        guard let format = value["format"] else { return }
        switch try format.text("type", "text.format") {
        case "text": break
        case "json_object": request.format = .object
        case "json_schema":
            guard let schema = format["schema"] else {
                throw TranslationError("text.format.schema", "is missing")
            }
            request.format = .schema(
                OutputSchema(
                    name: try format.textIfAny("name", "text.format"),
                    description: try format.textIfAny("description", "text.format"),
                    schema: try schema.object("text.format.schema"),
                    isStrict: format["strict"]?.bool
                )
            )
        default: throw TranslationError("text.format.type", "is not a known format")
        }
    }

    private mutating func takeTools(_ value: JSONCursor) throws(TranslationError) {
        for (number, tool) in try value.array("tools").enumerated() {
            let path = "tools[\(number)]"
            guard tool.spellsType("function") else {
                request.providerTools.append(path)
                continue
            }
            request.tools.append(
                Tool(
                    name: try tool.text("name", path),
                    description: try tool.textIfAny("description", path),
                    schema: try tool["parameters"]?.object("\(path).parameters"),
                    isStrict: tool["strict"]?.bool
                )
            )
        }
    }

    private mutating func takeChoice(_ value: JSONCursor) throws(TranslationError) {
        if value.kind == .object {
            guard value.spellsType("function") else {
                throw TranslationError("tool_choice.type", "can't be carried over")
            }
            request.toolChoice = .named(try value.text("name", "tool_choice"))
            return
        }
        switch try value.text("tool_choice") {
        case "auto": request.toolChoice = .automatic
        case "none": request.toolChoice = ToolChoice.none
        case "required": request.toolChoice = .required
        default: throw TranslationError("tool_choice", "is not a known choice")
        }
    }
}

// MARK: Input

extension ResponsesRequestDecoder {
    private mutating func takeInput(_ value: JSONCursor) throws(TranslationError) {
        if value.kind == .string {
            let text = TextPart(text: try value.text("input"))
            request.turns.append(Turn(role: .user, parts: [.text(text)]))
            return
        }
        for (number, item) in try value.array("input").enumerated() {
            try take(item: item, "input[\(number)]")
        }
    }

    private mutating func take(
        item: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        switch try item.textIfAny("type", path) ?? "message" {
        case "message": try take(message: item, path)
        case "function_call":
            append(.toolCall(try ResponsesContent.call(item, path)), to: .assistant)
        case "function_call_output":
            let id = CallID.split(try item.text("call_id", path)).id
            let parts = try ResponsesContent.parts(item["output"], "\(path).output")
            append(.toolResult(ToolResult(callID: id, parts: parts)), to: .user)
        case "reasoning":
            let thoughts = ResponsesContent.reasoning(item)
            append(.reasoning(thoughts), to: .assistant)
        default: throw TranslationError("\(path).type", "can't be carried to another provider")
        }
    }

    private mutating func take(
        message: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        let parts = try ResponsesContent.parts(message["content"], "\(path).content")
        switch try message.text("role", path) {
        case "user": request.turns.append(Turn(role: .user, parts: parts))
        case "assistant":
            for part in parts { append(part, to: .assistant) }
        case "system", "developer":
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
        default: throw TranslationError("\(path).role", "is not a known role")
        }
    }

    /// Adds what is an item of its own here to the turn of the same side.
    private mutating func append(_ part: Part, to role: Role) {
        if role == .assistant, request.turns.last?.role == role {
            request.turns[request.turns.count - 1].parts.append(part)
        } else {
            request.turns.append(Turn(role: role, parts: [part]))
        }
    }
}
