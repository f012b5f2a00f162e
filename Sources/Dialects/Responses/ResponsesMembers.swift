/// What the members of a request for a response are called.
enum ResponsesMembers {
    static let row = DialectRow(
        names: names,
        decodeRequest: ResponsesRequestDecoder.decode,
        encodeRequest: ResponsesRequestEncoder.encode,
        decodeAnswer: ResponsesAnswerDecoder.decode,
        encodeAnswer: ResponsesAnswerEncoder.encode,
        streamDecoder: { ResponsesStreamDecoder() },
        streamEncoder: { ResponsesStreamEncoder($0) }
    )
    static let names = MemberNames(
        settings: [
            ("temperature", .temperature), ("top_p", .topP), ("service_tier", .serviceTier),
            ("text.verbosity", .verbosity), ("metadata", .metadata),
            ("prompt_cache_key", .cacheKey), ("prompt_cache_retention", .cacheRetention),
            ("safety_identifier", .safetyIdentifier),
        ],
        read: [
            "model", "models", "input", "instructions", "max_output_tokens", "tools",
            "tool_choice", "parallel_tool_calls", "reasoning", "text", "stream", "user", "include",
            "stream_options", "truncation",
        ],
        refused: [
            ("previous_response_id", "another provider has no earlier responses"),
            ("conversation", "another provider has no earlier conversation"),
            ("store", "another provider stores no responses"),
            ("background", "another provider does not work in the background"),
            ("prompt", "another provider does not know the stored prompt"),
        ]
    )
    /// What a tool may be called.
    static let toolNames = ToolNameRule(length: 64, marks: "_-")
}
