import JSON

/// What OpenAI refuses in a request for a chat completion.
enum ChatCheck {
    private static let members: Set<String> = [
        "model", "messages", "audio", "frequency_penalty", "function_call", "functions",
        "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "metadata", "modalities",
        "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier",
        "seed", "service_tier", "stop", "store", "stream", "stream_options", "temperature",
        "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    ]
    private static let turnMembers: Set<String> = [
        "role", "content", "name", "tool_calls", "tool_call_id", "refusal", "audio",
        "function_call",
        // Not OpenAI's, but of all who think aloud.
        "reasoning_content",
    ]
    private static let efforts: Set<String> = ["none", "minimal", "low", "medium", "high", "xhigh"]

    /// Throws what is wrong.
    static func check(_ root: JSONValue) throws(QuestionError) {
        for name in root.unknownMembers(members) {
            throw QuestionError("Unrecognized request argument supplied: \(name)", field: name)
        }
        guard let turns = root["messages"]?.elements, !turns.isEmpty else {
            throw QuestionError("Missing required parameter: 'messages'.", field: "messages")
        }
        if root["max_tokens"] != nil, root["max_completion_tokens"] != nil {
            throw QuestionError(
                "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                field: "max_tokens"
            )
        }
        if root["stream_options"] != nil, root["stream"]?.bool != true {
            throw wrong("stream_options", "is only allowed when 'stream' is enabled")
        }
        if let effort = root["reasoning_effort"]?.string, !efforts.contains(effort) {
            throw wrong("reasoning_effort", "does not support '\(effort)'")
        }
        if root["stop"]?.elements.count ?? 0 > 4 { throw wrong("stop", "array too long") }
        if let user = root["user"]?.string, user.utf8.count > 64 {
            throw wrong("user", "string too long")
        }
        try check(tools: root)
        try check(turns: turns)
    }

    private static func check(tools root: JSONValue) throws(QuestionError) {
        let tools = root["tools"]?.elements ?? []
        if root["tools"] != nil, tools.isEmpty { throw wrong("tools", "[] is too short") }
        if tools.isEmpty, root["tool_choice"] != nil {
            throw wrong("tool_choice", "is only allowed when 'tools' are specified")
        }
        if tools.isEmpty, root["parallel_tool_calls"] != nil {
            throw wrong("parallel_tool_calls", "is only allowed when 'tools' are specified")
        }
        for (index, tool) in tools.enumerated() {
            let place = "tools[\(index)]"
            guard tool["type"]?.string == "function", let function = tool["function"] else {
                throw wrong(place, "is no function")
            }
            for name in tool.unknownMembers(["type", "function"]) {
                throw wrong("\(place).\(name)", "is an unknown parameter")
            }
            for name in function.unknownMembers(["name", "description", "parameters", "strict"]) {
                throw wrong("\(place).function.\(name)", "is an unknown parameter")
            }
            guard function["name"]?.string?.isName(1...64) == true else {
                throw wrong("\(place).function.name", "does not match '^[a-zA-Z0-9_-]{1,64}$'")
            }
            if let schema = function["parameters"], schema["type"]?.string != "object" {
                throw wrong("\(place).function.parameters", "schema must be of type 'object'")
            }
        }
    }

    private static func check(turns: [JSONValue]) throws(QuestionError) {
        var open: Set<String> = []
        for (index, turn) in turns.enumerated() {
            let place = "messages[\(index)]"
            for name in turn.unknownMembers(turnMembers) {
                throw wrong("\(place).\(name)", "is an unknown parameter")
            }
            let role = turn["role"]?.string ?? ""
            if role == "tool" {
                guard let id = turn["tool_call_id"]?.string, open.remove(id) != nil else {
                    throw QuestionError(
                        "Invalid parameter: messages with role 'tool' must be a response to a "
                            + "preceeding message with 'tool_calls'.",
                        field: "\(place).role"
                    )
                }
                try check(content: turn["content"], ["text"], "\(place).content")
                continue
            }
            if !open.isEmpty { throw unanswered(open, index) }
            switch role {
            case "system", "developer":
                try check(content: turn["content"], ["text"], "\(place).content")
            case "user":
                let types: Set<String> = ["text", "image_url", "file", "input_audio"]
                try check(content: turn["content"], types, "\(place).content")
            case "assistant": open = try check(assistant: turn, place)
            default: throw wrong("\(place).role", "does not support '\(role)'")
            }
        }
        if !open.isEmpty { throw unanswered(open, turns.count) }
    }

    private static func unanswered(_ ids: Set<String>, _ index: Int) -> QuestionError {
        let ids = ids.sorted().joined(separator: ", ")
        return QuestionError(
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
                + "to each 'tool_call_id'. The following tool_call_ids did not have response "
                + "messages: \(ids)",
            field: "messages[\(index)].role"
        )
    }

    /// Checks what the assistant said and gives the ids that must be answered.
    private static func check(
        assistant turn: JSONValue,
        _ place: String
    ) throws(QuestionError) -> Set<String> {
        let calls = turn["tool_calls"]?.elements ?? []
        if turn["tool_calls"] != nil, calls.isEmpty {
            throw wrong("\(place).tool_calls", "[] is too short")
        }
        let content = turn["content"]
        if calls.isEmpty, turn["refusal"]?.string == nil, content?.isNull ?? true {
            throw wrong("\(place).content", "expected a string, got null")
        }
        if let content, !content.isNull {
            try check(content: content, ["text", "refusal"], "\(place).content")
        }
        var ids: Set<String> = []
        for (index, call) in calls.enumerated() {
            let place = "\(place).tool_calls[\(index)]"
            guard let id = call["id"]?.string, (1...40).contains(id.utf8.count) else {
                throw wrong("\(place).id", "expected a string with maximum length 40")
            }
            guard ids.insert(id).inserted else { throw wrong("\(place).id", "is a duplicate") }
            guard call["type"]?.string == "function",
                call["function"]?["name"]?.string?.isName(1...64) == true
            else { throw wrong("\(place).function.name", "does not match the pattern") }
            guard call["function"]?["arguments"]?.spellsObject == true else {
                throw wrong("\(place).function.arguments", "is no JSON object")
            }
        }
        return ids
    }

    private static func check(
        content: JSONValue?,
        _ types: Set<String>,
        _ place: String
    ) throws(QuestionError) {
        guard let content, content.kind == .array || content.string != nil else {
            throw wrong(place, "expected a string or an array of content parts")
        }
        if content.kind == .array, content.elements.isEmpty { throw wrong(place, "is empty") }
        for (index, part) in content.elements.enumerated() {
            let type = part["type"]?.string ?? ""
            guard types.contains(type) else {
                throw wrong("\(place)[\(index)].type", "does not support '\(type)'")
            }
            for name in part.unknownMembers(["type", type]) {
                throw wrong("\(place)[\(index)].\(name)", "is an unknown parameter")
            }
            guard let value = part[type], type != "text" || value.string != nil else {
                throw wrong("\(place)[\(index)].\(type)", "is missing")
            }
            if type == "image_url", value["url"]?.string == nil {
                throw wrong("\(place)[\(index)].image_url", "has no url")
            }
        }
    }

    private static func wrong(_ field: String, _ reason: String) -> QuestionError {
        QuestionError("Invalid value for '\(field)': \(reason).", field: field)
    }
}
