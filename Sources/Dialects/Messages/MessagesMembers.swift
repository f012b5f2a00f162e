/// What the members of a request for messages are called.
enum MessagesMembers {
    static let row = DialectRow(
        names: names,
        decodeRequest: MessagesRequestDecoder.decode,
        encodeRequest: MessagesRequestEncoder.encode,
        decodeAnswer: MessagesAnswerDecoder.decode,
        encodeAnswer: MessagesAnswerEncoder.encode,
        streamDecoder: { MessagesStreamDecoder() },
        streamEncoder: { MessagesStreamEncoder($0) }
    )
    static let names = MemberNames(
        settings: [
            ("temperature", .temperature), ("top_p", .topP), ("top_k", .topK),
            ("service_tier", .serviceTier),
        ],
        read: [
            "model", "models", "max_tokens", "messages", "system", "metadata", "stop_sequences",
            "stream", "thinking", "tool_choice", "tools", "output_config", "output_format",
        ],
        refused: [
            ("container", "the provider's containers can't be reached by another"),
            ("mcp_servers", "servers of tools are reached by Anthropic's providers alone"),
        ]
    )
    /// What a tool may be called.
    static let toolNames = ToolNameRule(length: 128, marks: "_-")
}
