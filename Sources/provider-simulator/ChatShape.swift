/// OpenAI's chat completions, as its API writes them.
enum ChatShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        let message: String
        if let call = reply.call {
            message = """
                {"role":"assistant","content":null,"tool_calls":[\(toolCall(call, reply))],\
                "refusal":null,"annotations":[]}
                """
        } else {
            message = """
                {"role":"assistant","content":\(quoted(reply.text)),"refusal":null,"annotations":[]}
                """
        }
        return """
            {"id":"chatcmpl-\(reply.id)","object":"chat.completion","created":\(reply.created),\
            "model":\(reply.model),"choices":[{"index":0,"message":\(message),"logprobs":null,\
            "finish_reason":"\(finishReason(reply))"}],"usage":\(usage(reply)),\
            "service_tier":"default","system_fingerprint":"fp_51m0000001"}
            """
    }

    /// The streamed answer; the chunk with the usage comes when it is asked for.
    static func script(_ reply: Reply, includesUsage: Bool) -> StreamScript {
        let head = """
            {"id":"chatcmpl-\(reply.id)","object":"chat.completion.chunk",\
            "created":\(reply.created),"model":\(reply.model),"service_tier":"default",\
            "system_fingerprint":"fp_51m0000001"
            """
        let tail = includesUsage ? ",\"usage\":null}" : "}"
        func chunk(_ delta: String, _ reason: String) -> String {
            """
            \(head),"choices":[{"index":0,"delta":\(delta),"logprobs":null,\
            "finish_reason":\(reason)}]\(tail)
            """
        }
        var opening = #"{"role":"assistant","content":"","refusal":null}"#
        var delta = (before: #"{"content":""#, after: #""}"#)
        if let call = reply.call {
            opening = """
                {"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_\(reply.id)",\
                "type":"function","function":{"name":\(quoted(call.name)),"arguments":""}}],\
                "refusal":null}
                """
            delta.before = #"{"tool_calls":[{"index":0,"function":{"arguments":""#
            delta.after = #""}}]}"#
        }
        var closing = event(chunk("{}", "\"\(finishReason(reply))\""))
        if includesUsage {
            closing += event("\(head),\"choices\":[],\"usage\":\(usage(reply))}")
        }
        return StreamScript(
            opening: Array(event(chunk(opening, "null")).utf8),
            prefix: Array("data: \(head),\"choices\":[{\"index\":0,\"delta\":\(delta.before)".utf8),
            suffix: .fixed(
                Array("\(delta.after),\"logprobs\":null,\"finish_reason\":null}]\(tail)\n\n".utf8)
            ),
            pieces: reply.escapedPieces,
            count: reply.count,
            closing: Array((closing + event("[DONE]")).utf8),
            failure: Array(event(failure).utf8),
            ping: Array(": keep-alive\n\n".utf8)
        )
    }

    private static let failure = """
        {"error":{"message":"The server had an error while processing your request. Sorry about \
        that!","type":"server_error","param":null,"code":null}}
        """

    private static func finishReason(_ reply: Reply) -> String {
        reply.call == nil ? "stop" : "tool_calls"
    }

    private static func toolCall(_ call: ToolCall, _ reply: Reply) -> String {
        """
        {"id":"call_\(reply.id)","type":"function","function":{"name":\(quoted(call.name)),\
        "arguments":\(quoted(call.arguments))}}
        """
    }

    private static func usage(_ reply: Reply) -> String {
        """
        {"prompt_tokens":\(reply.inputTokens),"completion_tokens":\(reply.outputTokens),\
        "total_tokens":\(reply.inputTokens + reply.outputTokens),\
        "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\
        "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,\
        "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}
        """
    }
}
