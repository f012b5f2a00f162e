import JSON
import Model

/// Reads a request for content.
struct GeminiRequestDecoder {
    private var request = NeutralRequest(client: .gemini)
    private var calls = GeminiCalls()
    private var schema: JSONCursor?
    private var isJSON = false

    /// Reads a request, an object.
    static func decode(_ root: JSONCursor) throws(TranslationError) -> NeutralRequest {
        var decoder = GeminiRequestDecoder()
        for (name, value) in root.members {
            try decoder.take(try name.text(TranslationError.request).camelCased, value)
        }
        if let schema = decoder.schema {
            decoder.request.format = .schema(OutputSchema(schema: schema))
        } else if decoder.isJSON {
            decoder.request.format = .object
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
        case "contents": try takeContents(value)
        case "systemInstruction": try takeSystem(value)
        case "tools": try takeTools(value)
        case "toolConfig": try takeChoice(value)
        case "generationConfig":
            for (member, value) in try value.object(name).members {
                try takeGeneration(try member.text(name).camelCased, value)
            }
        default: try request.take(name, value, GeminiMembers.names)
        }
    }

    private mutating func takeSystem(_ value: JSONCursor) throws(TranslationError) {
        if value.kind == .string {
            request.system = [TextPart(text: try value.text("systemInstruction"))]
            return
        }
        guard let parts = value["parts"] else { return }
        for part in parts.oneOrMore {
            request.system.append(
                TextPart(text: try part.text("text", "systemInstruction.parts"))
            )
        }
    }

    private mutating func takeGeneration(
        _ name: String,
        _ value: JSONCursor
    ) throws(TranslationError) {
        if value.kind == .null { return }
        let path = "generationConfig." + name
        switch name {
        case "maxOutputTokens": request.maxTokens = try value.count(path)
        case "stopSequences": request.stops = try value.texts(path)
        case "candidateCount":
            if value.integer != 1 {
                throw TranslationError(path, "only one answer can be translated")
            }
        case "responseMimeType":
            switch try value.text(path) {
            case "application/json": isJSON = true
            case "text/plain": break
            default: throw TranslationError(path, "can't be carried to another provider")
            }
        case "responseSchema": schema = try GeminiSchema.standard(value, path)
        case "responseJsonSchema", "_responseJsonSchema": schema = try value.object(path)
        case "thinkingConfig": try takeThinking(value, path)
        case "responseModalities":
            for kind in try value.array(path) where kind.string?.uppercased() != "TEXT" {
                throw TranslationError(path, "no other dialect answers in anything but text")
            }
        default: try request.take(path, value, GeminiMembers.names)
        }
    }

    private mutating func takeThinking(
        _ value: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        var wish = ReasoningWish()
        if let level = value.either("thinkingLevel", "thinking_level") {
            wish.effort = ReasoningEffort(rawValue: try level.text(path).lowercased())
        }
        if let budget = value.either("thinkingBudget", "thinking_budget")?.integer {
            // A budget of -1 is the model's own choice.
            if budget >= 0 { wish.budget = budget } else { wish.effort = .medium }
        }
        wish.showsThoughts = value.either("includeThoughts", "include_thoughts")?.bool
        if wish != ReasoningWish() { request.reasoning = wish }
    }
}

// MARK: Tools

extension GeminiRequestDecoder {
    private mutating func takeTools(_ value: JSONCursor) throws(TranslationError) {
        for (number, tool) in value.oneOrMore.enumerated() {
            let path = "tools[\(number)]"
            for (name, value) in try tool.object(path).members where value.kind != .null {
                let name = try name.text(path).camelCased
                guard name == "functionDeclarations" else {
                    request.providerTools.append("\(path).\(name)")
                    continue
                }
                for function in try value.array("\(path).functionDeclarations") {
                    try takeFunction(function, "\(path).functionDeclarations")
                }
            }
        }
    }

    private mutating func takeFunction(
        _ function: JSONCursor,
        _ path: String
    ) throws(TranslationError) {
        var schema = function.either("parametersJsonSchema", "parameters_json_schema")
        if schema == nil, let parameters = function["parameters"] {
            schema = try GeminiSchema.standard(parameters, "\(path).parameters")
        }
        request.tools.append(
            Tool(
                name: try function.text("name", path),
                description: try function.textIfAny("description", path),
                schema: schema
            )
        )
    }

    private mutating func takeChoice(_ value: JSONCursor) throws(TranslationError) {
        guard let choice = value.either("functionCallingConfig", "function_calling_config") else {
            return
        }
        var allowed: [String] = []
        if let names = choice.either("allowedFunctionNames", "allowed_function_names") {
            allowed = try names.texts("toolConfig.functionCallingConfig.allowedFunctionNames")
        }
        switch try choice.textIfAny("mode", "toolConfig.functionCallingConfig")?.uppercased() {
        case nil, "MODE_UNSPECIFIED", "AUTO", "VALIDATED": request.toolChoice = .automatic
        case "NONE": request.toolChoice = ToolChoice.none
        case "ANY":
            request.toolChoice = .required
            if allowed.count == 1 { request.toolChoice = .named(allowed[0]) }
        default:
            throw TranslationError("toolConfig.functionCallingConfig.mode", "is not a known mode")
        }
        // With several allowed, the others are as good as not there.
        if allowed.count > 1 {
            request.tools.removeAll { !allowed.contains($0.name) }
        }
    }
}

// MARK: Contents

extension GeminiRequestDecoder {
    private mutating func takeContents(_ value: JSONCursor) throws(TranslationError) {
        if value.kind == .string {
            let text = TextPart(text: try value.text("contents"))
            request.turns.append(Turn(role: .user, parts: [.text(text)]))
            return
        }
        for (number, content) in value.oneOrMore.enumerated() {
            let path = "contents[\(number)]"
            let role = try content.textIfAny("role", path) ?? "user"
            guard ["user", "model", "function"].contains(role) else {
                throw TranslationError("\(path).role", "is not a known role")
            }
            var parts: [Part] = []
            if let told = content["parts"] {
                for (number, part) in told.oneOrMore.enumerated() {
                    let part = try GeminiContent.part(part, "\(path).parts[\(number)]", &calls)
                    add(part, to: &parts)
                }
            }
            request.turns.append(Turn(role: role == "model" ? .assistant : .user, parts: parts))
        }
    }
}

/// Adds a part; thoughts that came in pieces are one, with the signature of the last.
private func add(_ part: Part, to parts: inout [Part]) {
    if case .reasoning(let more) = part, case .reasoning(var thoughts) = parts.last,
        thoughts.signature == nil, !more.isRedacted
    {
        thoughts.text += more.text
        thoughts.signature = more.signature
        parts[parts.count - 1] = .reasoning(thoughts)
    } else {
        parts.append(part)
    }
}

extension JSONCursor {
    /// The elements of an array; an object stands for an array of it.
    var oneOrMore: [JSONCursor] { kind == .array ? Array(elements) : [self] }
}
