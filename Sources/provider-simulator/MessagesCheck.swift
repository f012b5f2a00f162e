import JSON

/// What Anthropic refuses in a request for a message.
enum MessagesCheck {
    private static let members: Set<String> = [
        "model", "messages", "max_tokens", "system", "metadata", "stop_sequences", "stream",
        "temperature", "top_p", "top_k", "thinking", "tools", "tool_choice", "service_tier",
        "container", "context_management", "mcp_servers", "output_config", "output_format",
        "cache_control", "inference_geo", "speed", "betas",
    ]

    /// Throws what is wrong.
    static func check(_ root: JSONValue, isCount: Bool) throws(QuestionError) {
        for name in root.unknownMembers(members) {
            throw wrong(name, "Extra inputs are not permitted")
        }
        if !isCount {
            guard let most = root["max_tokens"] else { throw wrong("max_tokens", "Field required") }
            guard let most = most.integer, most > 0 else {
                throw wrong("max_tokens", "Input should be greater than or equal to 1")
            }
            if let budget = root["thinking"]?["budget_tokens"]?.integer, budget >= most {
                throw wrong("max_tokens", "must be greater than `thinking.budget_tokens`")
            }
        }
        try checkSettings(root)
        try checkTools(root)
        guard let turns = root["messages"]?.elements, !turns.isEmpty else {
            throw wrong("messages", "at least one message is required")
        }
        if let system = root["system"], system.string == nil {
            try MessagesTurnsCheck.checkSystem(system)
        }
        var check = MessagesTurnsCheck(root)
        try check.check(turns)
    }

    private static func checkSettings(_ root: JSONValue) throws(QuestionError) {
        if let value = root["temperature"]?.number, !(0...1).contains(value) {
            throw wrong("temperature", "range: 0..1")
        }
        if let metadata = root["metadata"] {
            for name in metadata.unknownMembers(["user_id"]) {
                throw wrong("metadata.\(name)", "Extra inputs are not permitted")
            }
        }
        for text in root["stop_sequences"]?.elements ?? [] where text.string?.isBlank ?? true {
            throw wrong("stop_sequences", "each stop sequence must contain non-whitespace")
        }
        if let tier = root["service_tier"]?.string, !["auto", "standard_only"].contains(tier) {
            throw wrong("service_tier", "Input should be 'auto' or 'standard_only'")
        }
        guard let thinking = root["thinking"] else { return }
        let type = thinking["type"]?.string ?? ""
        guard ["enabled", "disabled", "adaptive"].contains(type) else {
            throw wrong("thinking.type", "Input tag '\(type)' does not match any expected tag")
        }
        if type == "enabled", thinking["budget_tokens"]?.integer ?? 0 < 1024 {
            throw wrong("thinking.enabled.budget_tokens", "should be at least 1024")
        }
        guard type != "disabled" else { return }
        if let value = root["temperature"]?.number, value != 1 {
            throw wrong("temperature", "may only be set to 1 when thinking is enabled")
        }
        if root["top_k"] != nil {
            throw wrong("top_k", "must be unset when thinking is enabled")
        }
        if ["any", "tool"].contains(root["tool_choice"]?["type"]?.string ?? "auto") {
            throw wrong("tool_choice", "Thinking may not be enabled when it forces tool use")
        }
    }

    private static func checkTools(_ root: JSONValue) throws(QuestionError) {
        let tools = root["tools"]?.elements ?? []
        if tools.isEmpty, root["tool_choice"] != nil {
            throw wrong("tool_choice", "may only be specified while providing `tools`")
        }
        var names: Set<String> = []
        for (index, tool) in tools.enumerated() {
            let place = "tools.\(index).custom"
            // Tools of the provider's own have a type with a date.
            if let type = tool["type"]?.string, type != "custom" { continue }
            let known: Set<String> = [
                "type", "name", "description", "input_schema", "cache_control", "strict",
                "eager_input_streaming", "input_examples", "defer_loading", "allowed_callers",
            ]
            for name in tool.unknownMembers(known) {
                throw wrong("\(place).\(name)", "Extra inputs are not permitted")
            }
            guard let name = tool["name"]?.string, name.isName(1...128) else {
                throw wrong("\(place).name", "should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
            }
            guard names.insert(name).inserted else {
                throw wrong("tools", "Tool names must be unique.")
            }
            guard tool["input_schema"]?["type"]?.string == "object" else {
                throw wrong("\(place).input_schema.type", "Field required")
            }
        }
        if let choice = root["tool_choice"] {
            let type = choice["type"]?.string ?? ""
            guard ["auto", "any", "tool", "none"].contains(type) else {
                throw wrong("tool_choice", "Input tag '\(type)' is not expected")
            }
            if type == "tool", !names.contains(choice["name"]?.string ?? "") {
                throw wrong("tool_choice", "Tool not found in provided tools")
            }
        }
    }

    static func wrong(_ field: String, _ reason: String) -> QuestionError {
        QuestionError("\(field): \(reason)", field: field)
    }
}
