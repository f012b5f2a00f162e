import JSON

/// What Google refuses in a request for content.
struct GeminiCheck {
    private static let members: Set<String> = [
        "contents", "systemInstruction", "tools", "toolConfig", "safetySettings",
        "generationConfig", "cachedContent", "labels", "serviceTier",
    ]
    private static let generationMembers: Set<String> = [
        "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema",
        "responseModalities", "candidateCount", "maxOutputTokens", "temperature", "topP", "topK",
        "seed", "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs",
        "enableEnhancedCivicAnswers", "speechConfig", "thinkingConfig", "imageConfig",
        "mediaResolution",
    ]
    private static let partMembers: Set<String> = [
        "text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode",
        "codeExecutionResult", "thought", "thoughtSignature", "videoMetadata", "mediaResolution",
    ]

    /// Throws what is wrong; a model that thinks wants the signatures of its calls back.
    static func check(_ root: JSONValue, demandsSignatures: Bool) throws(QuestionError) {
        try known(root, members, "")
        if let generation = root[either: "generationConfig"] {
            try check(generation: generation)
        }
        for (index, tool) in (root["tools"]?.elements ?? []).enumerated() {
            try check(declarations: tool[either: "functionDeclarations"], "tools[\(index)]")
        }
        if let instruction = root[either: "systemInstruction"] {
            try known(instruction, ["role", "parts"], "system_instruction")
            for part in instruction["parts"]?.elements ?? [] where part["text"]?.string == nil {
                throw QuestionError("system_instruction: only text is supported.")
            }
        }
        guard let contents = root["contents"]?.elements, !contents.isEmpty else {
            throw QuestionError("* GenerateContentRequest.contents: contents is not specified\n")
        }
        var calls: [String] = []
        let now = contents.lastIndex(where: isQuestion) ?? 0
        for (index, content) in contents.enumerated() {
            let place = "contents[\(index)]"
            try known(content, ["role", "parts"], place)
            let role = content["role"]?.string ?? "user"
            guard ["user", "model"].contains(role) else {
                throw QuestionError("Please use a valid role: user, model.", field: place)
            }
            let isNow = demandsSignatures && index > now
            calls = try check(content, role, calls, place, demandsSignatures: isNow)
        }
        if !calls.isEmpty { throw unanswered }
    }

    /// Whether the user says anything in a content, and more than what functions gave.
    private static func isQuestion(_ content: JSONValue) -> Bool {
        content["role"]?.string ?? "user" == "user"
            && (content["parts"]?.elements ?? []).contains { $0[either: "functionResponse"] == nil }
    }

    private static let unanswered = QuestionError(
        """
        Please ensure that the number of function response parts is equal to the number of function \
        call parts of the function call turn.
        """
    )

    /// Checks a content and gives the names of the functions that it calls.
    private static func check(
        _ content: JSONValue,
        _ role: String,
        _ calls: [String],
        _ place: String,
        demandsSignatures: Bool
    ) throws(QuestionError) -> [String] {
        let parts = content["parts"]?.elements ?? []
        if parts.isEmpty {
            throw QuestionError(
                "* GenerateContentRequest.\(place).parts: contents.parts must not be empty.\n"
            )
        }
        var called: [String] = []
        var responses: [String] = []
        for (index, part) in parts.enumerated() {
            let place = "\(place).parts[\(index)]"
            try known(part, partMembers, place)
            if let call = part[either: "functionCall"] {
                try known(call, ["id", "name", "args"], "\(place).function_call")
                guard role == "model", let name = call["name"]?.string,
                    call["args"].map({ $0.kind == .object }) ?? true
                else { throw QuestionError("\(place).function_call: not valid here", field: place) }
                let isFirst = called.isEmpty
                called.append(name)
                try check(signature: part, name, isFirst && demandsSignatures, place)
            } else if let response = part[either: "functionResponse"] {
                let members: Set<String> = [
                    "id", "name", "response", "willContinue", "scheduling", "parts",
                ]
                try known(response, members, "\(place).function_response")
                guard role == "user", response["response"]?.kind == .object else {
                    throw QuestionError("\(place).function_response.response: required")
                }
                responses.append(response["name"]?.string ?? "")
            } else if part["text"]?.string == nil,
                part[either: "inlineData"]?[either: "mimeType"]?.string == nil,
                part[either: "fileData"]?[either: "fileUri"]?.string == nil
            {
                throw QuestionError("\(place).data: required oneof field 'data' must be set")
            }
        }
        if responses != calls {
            throw responses.count == calls.count
                ? QuestionError("\(place): function responses \(responses), calls \(calls)")
                : unanswered
        }
        return called
    }

    private static func check(
        signature part: JSONValue,
        _ name: String,
        _ isDemanded: Bool,
        _ place: String
    ) throws(QuestionError) {
        guard let signature = part[either: "thoughtSignature"]?.string else {
            guard isDemanded else { return }
            throw QuestionError(
                "Function call is missing a thought_signature in functionCall parts. \(place)"
            )
        }
        // The word is Google's own, for calls that its models did not make.
        guard [Signature.text(of: name), "skip_thought_signature_validator"].contains(signature)
        else {
            throw QuestionError("Corrupted thought signature. \(place)")
        }
    }

    private static func check(generation: JSONValue) throws(QuestionError) {
        let place = "generation_config"
        try known(generation, generationMembers, place)
        if let schema = generation[either: "responseSchema"] {
            try GeminiSchemaCheck.check(schema, "\(place).response_schema")
            if generation[either: "responseMimeType"]?.string != "application/json" {
                throw QuestionError("responseSchema needs a responseMimeType of application/json")
            }
        }
        guard let thinking = generation[either: "thinkingConfig"] else { return }
        let members: Set<String> = ["includeThoughts", "thinkingBudget", "thinkingLevel"]
        try known(thinking, members, "\(place).thinking_config")
        if thinking[either: "thinkingBudget"] != nil, thinking[either: "thinkingLevel"] != nil {
            throw QuestionError("You can only set only one of thinking budget and thinking level.")
        }
        let levels = ["MINIMAL", "LOW", "MEDIUM", "HIGH"]
        if let level = thinking[either: "thinkingLevel"]?.string,
            !levels.contains(level.uppercased())
        {
            throw QuestionError("Invalid value at '\(place).thinking_config.thinking_level'")
        }
    }

    private static func check(
        declarations: JSONValue?,
        _ place: String
    ) throws(QuestionError) {
        for (index, declaration) in (declarations?.elements ?? []).enumerated() {
            let place = "\(place).function_declarations[\(index)]"
            let members: Set<String> = [
                "name", "description", "parameters", "parametersJsonSchema", "response",
                "responseJsonSchema", "behavior",
            ]
            try known(declaration, members, place)
            guard let name = declaration["name"]?.string, name.isName(1...64, marks: "_-.:"),
                name.first?.isLetter == true || name.first == "_"
            else { throw QuestionError("\(place).name: Invalid function name.", field: place) }
            guard let schema = declaration["parameters"] else { continue }
            guard schema["type"]?.string?.uppercased() == "OBJECT" else {
                throw QuestionError("\(place).parameters.type: should be OBJECT", field: place)
            }
            try GeminiSchemaCheck.check(schema, "\(place).parameters")
        }
    }

    /// Throws where an object has a member that is not among these.
    static func known(
        _ value: JSONValue,
        _ names: Set<String>,
        _ place: String
    ) throws(QuestionError) {
        for name in value.members.map(\.name) where !names.contains(name.camelCased) {
            let at = place.isEmpty ? "" : " at '\(place)'"
            throw QuestionError(
                "Invalid JSON payload received. Unknown name \"\(name)\"\(at): Cannot find field.",
                field: place
            )
        }
    }
}
