/// OpenAI's responses and their typed, numbered events, as its API writes them.
enum ResponsesShape {
    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        response(reply, status: "completed", output: item(reply, isComplete: true))
    }

    /// The streamed answer.
    static func script(_ reply: Reply) -> StreamScript {
        let running = response(reply, status: "in_progress", output: "")
        var opening = Numbered(next: 0)
        opening.add("response.created", "\"response\":\(running)")
        opening.add("response.in_progress", "\"response\":\(running)")
        opening.add(
            "response.output_item.added",
            "\"output_index\":0,\"item\":\(item(reply, isComplete: false))"
        )
        let place: String
        let kind: String
        let piece: String
        if reply.call == nil {
            place = #""item_id":"msg_\#(reply.id)","output_index":0,"content_index":0"#
            kind = "response.output_text.delta"
            piece = #","logprobs":[],"sequence_number":"#
            opening.add("response.content_part.added", "\(place),\"part\":\(part(""))")
        } else {
            place = #""item_id":"fc_\#(reply.id)","output_index":0"#
            kind = "response.function_call_arguments.delta"
            piece = #","sequence_number":"#
        }
        var closing = Numbered(next: opening.next + reply.count)
        addEnd(reply, place: place, to: &closing)
        let start = """
            event: \(kind)
            data: {"type":"\(kind)",\(place),"delta":"
            """
        return StreamScript(
            opening: Array(opening.text.utf8),
            prefix: Array(start.utf8),
            suffix: .numbered(Array("\"\(piece)".utf8), first: opening.next, Array("}\n\n".utf8)),
            pieces: reply.escapedPieces,
            count: reply.count,
            closing: Array(closing.text.utf8),
            failure: Array(failure(reply, after: opening.next).utf8),
            ping: Array(": keep-alive\n\n".utf8)
        )
    }

    /// Events under construction, each with its number.
    private struct Numbered {
        var text = ""
        var next: Int

        mutating func add(_ type: String, _ members: String) {
            text += event(type, "{\"type\":\"\(type)\",\(members),\"sequence_number\":\(next)}")
            next += 1
        }
    }

    private static func addEnd(_ reply: Reply, place: String, to events: inout Numbered) {
        if let call = reply.call {
            events.add(
                "response.function_call_arguments.done",
                "\(place),\"arguments\":\(quoted(call.arguments))"
            )
        } else {
            events.add(
                "response.output_text.done",
                "\(place),\"text\":\(quoted(reply.text)),\"logprobs\":[]"
            )
            events.add("response.content_part.done", "\(place),\"part\":\(part(reply.text))")
        }
        let done = item(reply, isComplete: true)
        events.add("response.output_item.done", "\"output_index\":0,\"item\":\(done)")
        let whole = response(reply, status: "completed", output: done)
        events.add("response.completed", "\"response\":\(whole)")
    }

    private static func failure(_ reply: Reply, after number: Int) -> String {
        var events = Numbered(next: number)
        let failed = response(
            reply,
            status: "failed",
            output: "",
            error: #"{"code":"server_error","message":"The model failed to generate a response."}"#
        )
        events.add("response.failed", "\"response\":\(failed)")
        return events.text
    }

    private static func part(_ text: String) -> String {
        """
        {"type":"output_text","annotations":[],"logprobs":[],"text":\(quoted(text))}
        """
    }

    private static func item(_ reply: Reply, isComplete: Bool) -> String {
        let status = isComplete ? "completed" : "in_progress"
        if let call = reply.call {
            return """
                {"id":"fc_\(reply.id)","type":"function_call","status":"\(status)",\
                "arguments":\(isComplete ? quoted(call.arguments) : "\"\""),\
                "call_id":"call_\(reply.id)","name":\(quoted(call.name))}
                """
        }
        return """
            {"id":"msg_\(reply.id)","type":"message","status":"\(status)",\
            "content":[\(isComplete ? part(reply.text) : "")],"role":"assistant"}
            """
    }

    private static func response(
        _ reply: Reply,
        status: String,
        output: String,
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
        "usage":\(status == "completed" ? usage(reply) : "null"),"user":null,"metadata":{}}
        """
    }

    private static func usage(_ reply: Reply) -> String {
        """
        {"input_tokens":\(reply.inputTokens),"input_tokens_details":{"cached_tokens":0},\
        "output_tokens":\(reply.outputTokens),"output_tokens_details":{"reasoning_tokens":0},\
        "total_tokens":\(reply.inputTokens + reply.outputTokens)}
        """
    }
}
