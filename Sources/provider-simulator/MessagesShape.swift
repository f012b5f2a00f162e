/// Anthropic's messages, as its API writes them.
enum MessagesShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        let block: String
        if let call = reply.call {
            block = """
                {"type":"tool_use","id":"toolu_01\(reply.id)","name":\(quoted(call.name)),\
                "input":\(call.arguments)}
                """
        } else {
            block = "{\"type\":\"text\",\"text\":\(quoted(reply.text))}"
        }
        return """
            {"id":"msg_01\(reply.id)","type":"message","role":"assistant","model":\(reply.model),\
            "content":[\(block)],"stop_reason":"\(stopReason(reply))","stop_sequence":null,\
            "usage":\(usage(reply, output: reply.outputTokens))}
            """
    }

    /// The streamed answer.
    static func script(_ reply: Reply) -> StreamScript {
        let message = """
            {"id":"msg_01\(reply.id)","type":"message","role":"assistant","model":\(reply.model),\
            "content":[],"stop_reason":null,"stop_sequence":null,"usage":\(usage(reply, output: 1))}
            """
        var block = #"{"type":"text","text":""}"#
        var delta = #"{"type":"text_delta","text":""#
        if let call = reply.call {
            block = """
                {"type":"tool_use","id":"toolu_01\(reply.id)","name":\(quoted(call.name)),"input":{}}
                """
            delta = #"{"type":"input_json_delta","partial_json":""#
        }
        let opening =
            event("message_start", "{\"type\":\"message_start\",\"message\":\(message)}")
            + event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":\(block)}"
            )
            + ping
        let closing =
            event("content_block_stop", #"{"type":"content_block_stop","index":0}"#)
            + event(
                "message_delta",
                """
                {"type":"message_delta","delta":{"stop_reason":"\(stopReason(reply))",\
                "stop_sequence":null},"usage":{"output_tokens":\(reply.outputTokens)}}
                """
            )
            + event("message_stop", #"{"type":"message_stop"}"#)
        return StreamScript(
            opening: Array(opening.utf8),
            prefix: Array(
                """
                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":\(delta)
                """.utf8
            ),
            suffix: .fixed(Array("\"}}\n\n".utf8)),
            pieces: reply.escapedPieces,
            count: reply.count,
            closing: Array(closing.utf8),
            failure: Array(event("error", failure).utf8),
            ping: Array(ping.utf8)
        )
    }

    private static let ping = event("ping", #"{"type": "ping"}"#)

    private static let failure = """
        {"type":"error","error":{"type":"overloaded_error","message":"Overloaded","details":null},\
        "request_id":"req_011simulated"}
        """

    private static func stopReason(_ reply: Reply) -> String {
        reply.call == nil ? "end_turn" : "tool_use"
    }

    private static func usage(_ reply: Reply, output: Int) -> String {
        """
        {"input_tokens":\(reply.inputTokens),"cache_creation_input_tokens":0,\
        "cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,\
        "ephemeral_1h_input_tokens":0},"output_tokens":\(output),"service_tier":"standard"}
        """
    }
}
