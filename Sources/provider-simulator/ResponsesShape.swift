/// OpenAI's responses and their typed, numbered events, as its API writes them.
enum ResponsesShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        response(reply, status: "completed", output: items(reply), tells: reply.tellsUsage)
    }

    /// The streamed answer.
    static func script(_ reply: Reply) -> StreamScript {
        let running = response(
            reply,
            status: "in_progress",
            output: "",
            tells: reply.tellsUsageFirst || reply.telling == .twice
        )
        var opening = ResponsesEvents(next: 0)
        opening.add("response.created", "\"response\":\(running)")
        opening.add("response.in_progress", "\"response\":\(running)")
        var sections: [StreamScript.Section] = []
        var next = opening.next
        for (index, saying) in reply.sayings.enumerated() {
            sections.append(section(saying, index: index, reply, next: &next))
        }
        var closing = ResponsesEvents(next: next)
        let whole = response(
            reply,
            status: "completed",
            output: items(reply),
            tells: reply.tellsUsage && !reply.tellsUsageFirst
        )
        closing.add("response.completed", "\"response\":\(whole)")
        return StreamScript(
            opening: opening.text,
            sections: sections,
            closing: closing.text,
            failure: failure(reply, after: next),
            ping: ": keep-alive\n\n"
        )
    }

    private static func section(
        _ saying: Saying,
        index: Int,
        _ reply: Reply,
        next: inout Int
    ) -> StreamScript.Section {
        let item = ResponsesItem(saying, index: index, reply)
        var opening = ResponsesEvents(next: next)
        opening.add(
            "response.output_item.added",
            "\"output_index\":\(index),\"item\":\(item.text(isComplete: false))"
        )
        item.begin(&opening)
        var closing = ResponsesEvents(next: opening.next + saying.count)
        item.end(&closing)
        closing.add(
            "response.output_item.done",
            "\"output_index\":\(index),\"item\":\(item.text(isComplete: true))"
        )
        next = closing.next
        let start = """
            event: \(item.deltaType)
            data: {"type":"\(item.deltaType)",\(item.place),"delta":"
            """
        return StreamScript.Section(
            opening: Array(opening.text.utf8),
            prefix: Array(start.utf8),
            suffix: .numbered(
                Array("\"\(item.deltaTail),\"sequence_number\":".utf8),
                first: opening.next,
                Array("}\n\n".utf8)
            ),
            pieces: saying.escapedPieces,
            count: saying.count,
            closing: Array(closing.text.utf8)
        )
    }

    private static func items(_ reply: Reply) -> String {
        reply.sayings.enumerated()
            .map { ResponsesItem($1, index: $0, reply).text(isComplete: true) }
            .joined(separator: ",")
    }

    private static func failure(_ reply: Reply, after number: Int) -> String {
        var events = ResponsesEvents(next: number)
        let failed = response(
            reply,
            status: "failed",
            output: "",
            tells: reply.tellsUsageInErrors,
            error: #"{"code":"server_error","message":"The model failed to generate a response."}"#
        )
        events.add("response.failed", "\"response\":\(failed)")
        return events.text
    }

    private static func response(
        _ reply: Reply,
        status: String,
        output: String,
        tells: Bool,
        error: String = "null"
    ) -> String {
        """
        {"id":"resp_\(reply.id)","object":"response","created_at":\(reply.created),\
        "status":"\(status)","background":false,"error":\(error),"incomplete_details":null,\
        "instructions":null,"max_output_tokens":null,"max_tool_calls":null,"model":\(reply.model),\
        "output":[\(output)],"parallel_tool_calls":true,"previous_response_id":null,\
        "reasoning":{"effort":null,"summary":null},"service_tier":"default","store":true,\
        "temperature":1.0,"text":{"format":{"type":"text"},"verbosity":"medium"},\
        "tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1.0,"truncation":"disabled",\
        "usage":\(tells ? usage(reply) : "null"),"user":null,"metadata":{}}
        """
    }

    private static func usage(_ reply: Reply) -> String {
        """
        {"input_tokens":\(reply.promptTokens),\
        "input_tokens_details":{"cached_tokens":\(reply.cachedTokens)},\
        "output_tokens":\(reply.outputTokens),\
        "output_tokens_details":{"reasoning_tokens":\(reply.reasoningTokens)},\
        "total_tokens":\(reply.promptTokens + reply.outputTokens)}
        """
    }
}

/// Events under construction, each with its number.
struct ResponsesEvents {
    var text = ""
    var next: Int

    mutating func add(_ type: String, _ members: String) {
        text += event(type, "{\"type\":\"\(type)\",\(members),\"sequence_number\":\(next)}")
        next += 1
    }
}
