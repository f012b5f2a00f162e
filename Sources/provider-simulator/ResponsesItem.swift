/// One item of a response's output, whole and as events.
struct ResponsesItem {
    private let saying: Saying
    private let reply: Reply
    private let id: String
    /// What says to which part of the output an event belongs.
    let place: String

    init(_ saying: Saying, index: Int, _ reply: Reply) {
        self.saying = saying
        self.reply = reply
        let within: String
        switch saying.kind {
        case .text: (id, within) = ("msg_\(reply.id)", ",\"content_index\":0")
        case .thought: (id, within) = ("rs_\(reply.id)", ",\"summary_index\":0")
        case .call(_, let number):
            (id, within) = ("fc_\(reply.id)" + (number == 0 ? "" : "_\(number)"), "")
        }
        place = "\"item_id\":\"\(id)\",\"output_index\":\(index)\(within)"
    }

    /// The type of the events that bring its text piece by piece.
    var deltaType: String {
        switch saying.kind {
        case .text: "response.output_text.delta"
        case .thought: "response.reasoning_summary_text.delta"
        case .call: "response.function_call_arguments.delta"
        }
    }

    /// What such an event has behind its text.
    var deltaTail: String {
        if case .text = saying.kind { ",\"logprobs\":[]" } else { "" }
    }

    /// The item.
    func text(isComplete: Bool) -> String {
        let status = isComplete ? "completed" : "in_progress"
        switch saying.kind {
        case .text:
            return """
                {"id":"\(id)","type":"message","status":"\(status)",\
                "content":[\(isComplete ? part(saying.text) : "")],"role":"assistant"}
                """
        case .thought:
            let encrypted = reply.tellsEncrypted ? "\"\(saying.signature)\"" : "null"
            return """
                {"id":"\(id)","type":"reasoning",\
                "summary":[\(isComplete ? summary(saying.text) : "")],\
                "encrypted_content":\(isComplete ? encrypted : "null")}
                """
        case .call(let call, let number):
            let callID = "call_\(reply.id)" + (number == 0 ? "" : "_\(number)")
            return """
                {"id":"\(id)","type":"function_call","status":"\(status)",\
                "arguments":\(isComplete ? quoted(call.arguments) : "\"\""),\
                "call_id":"\(callID)","name":\(quoted(call.name))}
                """
        }
    }

    /// Adds what stands between the item's beginning and its text.
    func begin(_ events: inout ResponsesEvents) {
        switch saying.kind {
        case .text: events.add("response.content_part.added", "\(place),\"part\":\(part(""))")
        case .thought:
            events.add(
                "response.reasoning_summary_part.added",
                "\(place),\"part\":\(summary(""))"
            )
        case .call: break
        }
    }

    /// Adds what stands between the item's text and its end.
    func end(_ events: inout ResponsesEvents) {
        let text = saying.text
        switch saying.kind {
        case .text:
            events.add(
                "response.output_text.done",
                "\(place),\"text\":\(quoted(text)),\"logprobs\":[]"
            )
            events.add("response.content_part.done", "\(place),\"part\":\(part(text))")
        case .thought:
            events.add("response.reasoning_summary_text.done", "\(place),\"text\":\(quoted(text))")
            events.add(
                "response.reasoning_summary_part.done",
                "\(place),\"part\":\(summary(text))"
            )
        case .call(let call, _):
            events.add(
                "response.function_call_arguments.done",
                "\(place),\"name\":\(quoted(call.name)),\"arguments\":\(quoted(call.arguments))"
            )
        }
    }

    private func part(_ text: String) -> String {
        """
        {"type":"output_text","annotations":[],"logprobs":[],"text":\(quoted(text))}
        """
    }

    private func summary(_ text: String) -> String {
        "{\"type\":\"summary_text\",\"text\":\(quoted(text))}"
    }
}
