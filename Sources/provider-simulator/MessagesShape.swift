/// Anthropic's messages, as its API writes them.
enum MessagesShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        let blocks = reply.sayings.map { saying in
            switch saying.kind {
            case .text: "{\"type\":\"text\",\"text\":\(quoted(saying.text))}"
            case .thought:
                """
                {"type":"thinking","thinking":\(quoted(saying.text)),\
                "signature":"\(saying.signature)"}
                """
            case .call(let call, let number): toolUse(call, number, reply, call.arguments)
            }
        }
        return """
            {"id":"msg_01\(reply.id)","type":"message","role":"assistant","model":\(reply.model),\
            "content":[\(blocks.joined(separator: ","))],"stop_reason":"\(stopReason(reply))",\
            "stop_sequence":null\(reply.tellsUsage ? told(reply) : "")}
            """
    }

    /// The streamed answer.
    static func script(_ reply: Reply) -> StreamScript {
        let message = """
            {"id":"msg_01\(reply.id)","type":"message","role":"assistant","model":\(reply.model),\
            "content":[],"stop_reason":null,"stop_sequence":null\(toldFirst(reply))}
            """
        var sections = reply.sayings.enumerated().map { section($1, index: $0, reply) }
        if !sections.isEmpty { sections[0].opening += Array(ping.utf8) }
        let told =
            reply.tellsUsageAsUsual ? ",\"usage\":{\"output_tokens\":\(reply.outputTokens)}" : ""
        let stop = "{\"stop_reason\":\"\(stopReason(reply))\",\"stop_sequence\":null}"
        var closing = delta(stop, told)
        if reply.tellsUsageLast { closing += delta("{}", self.told(reply)) }
        closing += event("message_stop", #"{"type":"message_stop"}"#)
        return StreamScript(
            opening: event("message_start", "{\"type\":\"message_start\",\"message\":\(message)}"),
            sections: sections,
            closing: closing,
            failure: event("error", failure(reply)),
            ping: ping
        )
    }

    /// A block of content.
    private static func section(
        _ saying: Saying,
        index: Int,
        _ reply: Reply
    ) -> StreamScript.Section {
        let block: String
        let delta: String
        var closing = ""
        switch saying.kind {
        case .text:
            block = #"{"type":"text","text":""}"#
            delta = #"{"type":"text_delta","text":""#
        case .thought:
            block = #"{"type":"thinking","thinking":"","signature":""}"#
            delta = #"{"type":"thinking_delta","thinking":""#
            closing = event(
                "content_block_delta",
                """
                {"type":"content_block_delta","index":\(index),\
                "delta":{"type":"signature_delta","signature":"\(saying.signature)"}}
                """
            )
        case .call(let call, let number):
            block = toolUse(call, number, reply, "{}")
            delta = #"{"type":"input_json_delta","partial_json":""#
        }
        let start =
            "{\"type\":\"content_block_start\",\"index\":\(index),\"content_block\":\(block)}"
        let stop = "{\"type\":\"content_block_stop\",\"index\":\(index)}"
        return StreamScript.Section(
            opening: Array(event("content_block_start", start).utf8),
            prefix: Array(
                """
                event: content_block_delta
                data: {"type":"content_block_delta","index":\(index),"delta":\(delta)
                """.utf8
            ),
            suffix: .fixed(Array("\"}}\n\n".utf8)),
            pieces: saying.escapedPieces,
            count: saying.count,
            closing: Array((closing + event("content_block_stop", stop)).utf8)
        )
    }

    private static let ping = event("ping", #"{"type": "ping"}"#)

    private static func delta(_ delta: String, _ told: String) -> String {
        event("message_delta", "{\"type\":\"message_delta\",\"delta\":\(delta)\(told)}")
    }

    private static func failure(_ reply: Reply) -> String {
        """
        {"type":"error","error":{"type":"overloaded_error","message":"Overloaded","details":null},\
        "request_id":"req_011simulated"\(reply.tellsUsageInErrors ? told(reply) : "")}
        """
    }

    private static func toolUse(
        _ call: ToolCall,
        _ number: Int,
        _ reply: Reply,
        _ input: String
    ) -> String {
        let id = number == 0 ? "toolu_01\(reply.id)" : "toolu_01\(reply.id)_\(number)"
        return """
            {"type":"tool_use","id":"\(id)","name":\(quoted(call.name)),"input":\(input)}
            """
    }

    private static func stopReason(_ reply: Reply) -> String {
        reply.calls.isEmpty ? "end_turn" : "tool_use"
    }

    /// What a stream tells before its content.
    private static func toldFirst(_ reply: Reply) -> String {
        if reply.tellsUsageFirst { return told(reply) }
        return reply.tellsUsageAsUsual ? told(reply, output: min(1, reply.outputTokens)) : ""
    }

    /// The member that tells the tokens, with the comma before it.
    static func told(_ reply: Reply) -> String { told(reply, output: reply.outputTokens) }

    private static func told(_ reply: Reply, output: Int) -> String {
        """
        ,"usage":{"input_tokens":\(reply.inputTokens),\
        "cache_creation_input_tokens":\(reply.cacheWriteTokens),\
        "cache_read_input_tokens":\(reply.cachedTokens),\
        "cache_creation":{"ephemeral_5m_input_tokens":\(reply.cacheWriteTokens),\
        "ephemeral_1h_input_tokens":0},"output_tokens":\(output),"service_tier":"standard"}
        """
    }
}
