import JSON

/// What OpenAI refuses in a request for a response.
enum ResponsesCheck {
    private static let members: Set<String> = [
        "model", "input", "background", "conversation", "include", "instructions",
        "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
        "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_retention",
        "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options",
        "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation",
        "user", "context_management",
    ]

    /// Throws what is wrong.
    static func check(_ root: JSONValue) throws(QuestionError) {
        for name in root.unknownMembers(members) {
            throw QuestionError("Unknown parameter: '\(name)'.", field: name)
        }
        if let most = root["max_output_tokens"]?.integer, most < 16 {
            throw wrong("max_output_tokens", "expected a value >= 16")
        }
        if let user = root["user"]?.string, user.utf8.count > 64 {
            throw wrong("user", "string too long")
        }
        try check(tools: root)
        guard let input = root["input"], input.string != nil || input.kind == .array else {
            throw QuestionError("Missing required parameter: 'input'.", field: "input")
        }
        try check(items: input.elements)
    }

    private static func check(tools root: JSONValue) throws(QuestionError) {
        for (index, tool) in (root["tools"]?.elements ?? []).enumerated()
        where tool["type"]?.string == "function" {
            let place = "tools[\(index)]"
            let known: Set<String> = ["type", "name", "description", "parameters", "strict"]
            for name in tool.unknownMembers(known) {
                throw QuestionError("Unknown parameter: '\(place).\(name)'.", field: place)
            }
            guard tool["name"]?.string?.isName(1...64) == true else {
                throw wrong("\(place).name", "does not match '^[a-zA-Z0-9_-]+$'")
            }
            guard let schema = tool["parameters"], schema["type"]?.string == "object" else {
                throw wrong("\(place).parameters", "schema must be of type 'object'")
            }
            if tool["strict"]?.bool == true, schema["additionalProperties"]?.bool != false {
                throw wrong("\(place).parameters", "'additionalProperties' must be false")
            }
        }
        let choice = root["tool_choice"]
        if let choice, choice.kind == .object, choice["name"]?.string == nil {
            throw wrong("tool_choice.name", "is missing")
        }
        if let word = choice?.string, !["none", "auto", "required"].contains(word) {
            throw wrong("tool_choice", "does not support '\(word)'")
        }
    }

    private static func check(items: [JSONValue]) throws(QuestionError) {
        var open: [String] = []
        for (index, item) in items.enumerated() {
            let place = "input[\(index)]"
            switch item["type"]?.string ?? "message" {
            case "message": try check(message: item, place)
            case "function_call":
                guard let id = item["call_id"]?.string, (1...64).contains(id.utf8.count) else {
                    throw wrong("\(place).call_id", "expected a string of at most 64")
                }
                if let id = item["id"]?.string, !id.hasPrefix("fc") {
                    throw wrong("\(place).id", "expected an ID that begins with 'fc'")
                }
                guard item["name"]?.string?.isName(1...64) == true else {
                    throw wrong("\(place).name", "does not match the pattern")
                }
                guard item["arguments"]?.spellsObject == true else {
                    throw wrong("\(place).arguments", "is no JSON object")
                }
                open.append(id)
            case "function_call_output":
                let id = item["call_id"]?.string ?? ""
                guard let found = open.firstIndex(of: id) else {
                    throw QuestionError(
                        "No tool call found for function call output with call_id \(id).",
                        field: "input"
                    )
                }
                guard let output = item["output"], output.string != nil || output.kind == .array
                else { throw wrong("\(place).output", "is missing") }
                open.remove(at: found)
            case "reasoning": try check(reasoning: item, place)
            case let type: throw wrong("\(place).type", "does not support '\(type)'")
            }
        }
        if let id = open.first {
            throw QuestionError("No tool output found for function call \(id).", field: "input")
        }
    }

    private static func check(message item: JSONValue, _ place: String) throws(QuestionError) {
        let role = item["role"]?.string ?? ""
        guard ["user", "assistant", "system", "developer"].contains(role) else {
            throw wrong("\(place).role", "does not support '\(role)'")
        }
        for name in item.unknownMembers(["type", "role", "content", "id", "status", "phase"]) {
            throw QuestionError("Unknown parameter: '\(place).\(name)'.", field: place)
        }
        guard let content = item["content"] else { throw wrong("\(place).content", "is missing") }
        let types: Set<String> =
            role == "assistant"
            ? ["output_text", "refusal"] : ["input_text", "input_image", "input_file"]
        for (index, part) in content.elements.enumerated() {
            let type = part["type"]?.string ?? ""
            guard types.contains(type) else {
                throw wrong("\(place).content[\(index)]", "does not support '\(type)'")
            }
            if type == "input_image", part["image_url"]?.string == nil,
                part["file_id"]?.string == nil
            {
                throw wrong("\(place).content[\(index)].image_url", "is missing")
            }
        }
    }

    private static func check(reasoning item: JSONValue, _ place: String) throws(QuestionError) {
        guard let id = item["id"]?.string, id.hasPrefix("rs_") else {
            throw wrong("\(place).id", "expected an ID that begins with 'rs_'")
        }
        guard let summary = item["summary"], summary.kind == .array else {
            throw QuestionError("Missing required parameter: '\(place).summary'.", field: place)
        }
        guard let content = item["encrypted_content"]?.string else { return }
        let text = summary.elements.compactMap { $0["text"]?.string }.joined()
        guard content == Signature.text(of: text) else {
            throw QuestionError(
                "The encrypted content for item \(id) could not be verified.",
                field: place
            )
        }
    }

    private static func wrong(_ field: String, _ reason: String) -> QuestionError {
        QuestionError("Invalid '\(field)': \(reason).", field: field)
    }
}
