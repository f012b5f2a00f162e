/// OpenAI's chat completions, as its API writes them; thoughts as DeepSeek's does.
enum ChatShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        var members = "\"role\":\"assistant\""
        if let thought = reply.thought {
            members += ",\"reasoning_content\":\(quoted(thought.text))"
        }
        if reply.calls.isEmpty {
            members += ",\"content\":\(quoted(reply.text))"
        } else {
            let calls = reply.calls.map { toolCall($0.call, $0.number, reply) }
            members += ",\"content\":null,\"tool_calls\":[\(calls.joined(separator: ","))]"
        }
        return """
            {"id":"chatcmpl-\(reply.id)","object":"chat.completion","created":\(reply.created),\
            "model":\(reply.model),"choices":[{"index":0,\
            "message":{\(members),"refusal":null,"annotations":[]},"logprobs":null,\
            "finish_reason":"\(finishReason(reply))"}]\(reply.tellsUsage ? told(reply) : ""),\
            "service_tier":"default","system_fingerprint":"fp_51m0000001"}
            """
    }

    /// The streamed answer; the chunk with the usage comes when it is asked for.
    static func script(_ reply: Reply, includesUsage: Bool) -> StreamScript {
        let isTold = reply.tellsUsageLast || includesUsage && reply.tellsUsageAsUsual
        let telling = Chunk(reply, tail: told(reply) + "}")
        let chunk = Chunk(reply, tail: isTold ? ",\"usage\":null}" : "}")
        var sections = reply.sayings.map { section($0, reply, chunk) }
        if let first = reply.sayings.first, !sections.isEmpty {
            let opening = reply.tellsUsageFirst ? telling : chunk
            sections[0].opening = Array(event(opening.text(role(first, reply), "null")).utf8)
        }
        let end = reply.telling == .twice ? telling : chunk
        var closing = event(end.text("{}", "\"\(finishReason(reply))\""))
        if isTold { closing += event("\(chunk.head),\"choices\":[]\(telling.tail)") }
        return StreamScript(
            opening: "",
            sections: sections,
            closing: closing + event("[DONE]"),
            failure: event(failure(reply)),
            ping: ": keep-alive\n\n"
        )
    }

    /// What every chunk has around its delta.
    private struct Chunk {
        let head: String
        let tail: String

        init(_ reply: Reply, tail: String) {
            self.tail = tail
            head = """
                {"id":"chatcmpl-\(reply.id)","object":"chat.completion.chunk",\
                "created":\(reply.created),"model":\(reply.model),"service_tier":"default",\
                "system_fingerprint":"fp_51m0000001"
                """
        }

        func text(_ delta: String, _ reason: String) -> String {
            """
            \(head),"choices":[{"index":0,"delta":\(delta),"logprobs":null,\
            "finish_reason":\(reason)}]\(tail)
            """
        }
    }

    /// The first delta.
    private static func role(_ first: Saying, _ reply: Reply) -> String {
        switch first.kind {
        case .text: #"{"role":"assistant","content":"","refusal":null}"#
        case .thought: #"{"role":"assistant","content":null,"reasoning_content":""}"#
        case .call(let call, let number):
            """
            {"role":"assistant","content":null,"tool_calls":[\(callStart(call, number, reply))],\
            "refusal":null}
            """
        }
    }

    private static func section(
        _ saying: Saying,
        _ reply: Reply,
        _ chunk: Chunk
    ) -> StreamScript.Section {
        let before: String
        let after: String
        var opening = ""
        switch saying.kind {
        case .text: (before, after) = (#"{"content":""#, #""}"#)
        case .thought: (before, after) = (#"{"reasoning_content":""#, #""}"#)
        case .call(let call, let number):
            before = "{\"tool_calls\":[{\"index\":\(number),\"function\":{\"arguments\":\""
            after = #""}}]}"#
            let start = callStart(call, number, reply)
            opening = event(chunk.text("{\"tool_calls\":[\(start)]}", "null"))
        }
        return StreamScript.Section(
            opening: Array(opening.utf8),
            prefix: Array(
                "data: \(chunk.head),\"choices\":[{\"index\":0,\"delta\":\(before)".utf8
            ),
            suffix: .fixed(
                Array("\(after),\"logprobs\":null,\"finish_reason\":null}]\(chunk.tail)\n\n".utf8)
            ),
            pieces: saying.escapedPieces,
            count: saying.count
        )
    }

    private static func failure(_ reply: Reply) -> String {
        """
        {"error":{"message":"The server had an error while processing your request. Sorry about \
        that!","type":"server_error","param":null,"code":null}\
        \(reply.tellsUsageInErrors ? told(reply) : "")}
        """
    }

    private static func finishReason(_ reply: Reply) -> String {
        reply.calls.isEmpty ? "stop" : "tool_calls"
    }

    private static func id(_ number: Int, _ reply: Reply) -> String {
        number == 0 ? "call_\(reply.id)" : "call_\(reply.id)_\(number)"
    }

    private static func callStart(_ call: ToolCall, _ number: Int, _ reply: Reply) -> String {
        """
        {"index":\(number),"id":"\(id(number, reply))","type":"function",\
        "function":{"name":\(quoted(call.name)),"arguments":""}}
        """
    }

    private static func toolCall(_ call: ToolCall, _ number: Int, _ reply: Reply) -> String {
        """
        {"id":"\(id(number, reply))","type":"function","function":{"name":\(quoted(call.name)),\
        "arguments":\(quoted(call.arguments))}}
        """
    }

    /// The member that tells the tokens, with the comma before it.
    static func told(_ reply: Reply) -> String {
        let written =
            reply.cacheWriteTokens > 0 ? ",\"cache_write_tokens\":\(reply.cacheWriteTokens)" : ""
        return """
            ,"usage":{"prompt_tokens":\(reply.promptTokens),"completion_tokens":\(reply.outputTokens),\
            "total_tokens":\(reply.promptTokens + reply.outputTokens),\
            "prompt_tokens_details":{"cached_tokens":\(reply.cachedTokens)\(written),\
            "audio_tokens":0},\
            "completion_tokens_details":{"reasoning_tokens":\(reply.reasoningTokens),\
            "audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}
            """
    }
}
