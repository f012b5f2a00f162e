import Model

/// What requests ask for in each dialect's own way, where it may be lost.
enum Feature: CaseIterable {
    case conversation, maxTokens, stops, reasoning, thoughts, format, endUser, parallelCalls
    case cacheMarkers, toolChoice, strictTools

    /// What a client of a dialect calls it.
    func name(in dialect: Dialect) -> String {
        let names = self.names
        return switch dialect {
        case .openAIChat: names.chat
        case .openAIResponses: names.responses
        case .anthropicMessages: names.messages
        case .gemini: names.gemini
        }
    }

    private var names: (chat: String, messages: String, responses: String, gemini: String) {
        switch self {
        case .conversation: ("messages", "messages", "input", "contents")
        case .maxTokens:
            ("max_tokens", "max_tokens", "max_output_tokens", "generationConfig.maxOutputTokens")
        case .stops: ("stop", "stop_sequences", "stop", "generationConfig.stopSequences")
        case .reasoning:
            ("reasoning_effort", "thinking", "reasoning", "generationConfig.thinkingConfig")
        case .thoughts:
            ("reasoning_content", "messages.thinking", "input.reasoning", "contents.thought")
        case .format:
            (
                "response_format", "output_config.format", "text.format",
                "generationConfig.responseSchema"
            )
        case .endUser: ("user", "metadata.user_id", "user", "user")
        case .parallelCalls:
            (
                "parallel_tool_calls", "tool_choice.disable_parallel_tool_use",
                "parallel_tool_calls", "toolConfig"
            )
        case .cacheMarkers: ("cache_control", "cache_control", "cache_control", "cachedContent")
        case .toolChoice: ("tool_choice", "tool_choice", "tool_choice", "toolConfig")
        case .strictTools: ("tools.strict", "tools.strict", "tools.strict", "tools.strict")
        }
    }
}
