/// What the members of a chat completion's request are called.
enum ChatMembers {
    static let row = DialectRow(
        names: names,
        decodeRequest: ChatRequestDecoder.decode,
        encodeRequest: ChatRequestEncoder.encode,
        decodeAnswer: ChatAnswerDecoder.decode,
        encodeAnswer: ChatAnswerEncoder.encode,
        streamDecoder: { ChatStreamDecoder() },
        streamEncoder: { ChatStreamEncoder($0) }
    )
    static let names = MemberNames(
        settings: [
            ("temperature", .temperature), ("top_p", .topP), ("top_k", .topK),
            ("frequency_penalty", .frequencyPenalty), ("presence_penalty", .presencePenalty),
            ("seed", .seed), ("service_tier", .serviceTier), ("verbosity", .verbosity),
            ("metadata", .metadata), ("prompt_cache_key", .cacheKey),
            ("prompt_cache_retention", .cacheRetention), ("safety_identifier", .safetyIdentifier),
        ],
        read: [
            "model", "models", "messages", "max_tokens", "max_completion_tokens", "stop", "stream",
            "stream_options", "tools", "functions", "tool_choice", "function_call",
            "parallel_tool_calls", "reasoning_effort", "response_format", "user", "n", "modalities",
        ],
        refused: [
            ("audio", "no other dialect answers in sound"),
            ("web_search_options", "searching the web is a tool of the provider's own"),
        ],
        unwritten: [.topK]
    )
    /// What a tool may be called.
    static let toolNames = ToolNameRule(length: 64, marks: "_-")
}
