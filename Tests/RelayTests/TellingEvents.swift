import Model

/// A provider's answer that tells its tokens in places of the test's choice.
struct TellingEvents {
    let dialect: Dialect

    /// Seven tokens in and three out, or none at all.
    enum Told { case nothing, zero, counts }

    /// A member with the tokens, and the comma before it.
    private func member(_ told: Told) -> String {
        let (input, output) = told == .zero ? (0, 0) : (7, 3)
        return switch (told, dialect) {
        case (.nothing, _): ""
        case (_, .openAIChat):
            ",\"usage\":{\"prompt_tokens\":\(input),\"completion_tokens\":\(output)}"
        case (_, .openAIResponses), (_, .anthropicMessages):
            ",\"usage\":{\"input_tokens\":\(input),\"output_tokens\":\(output)}"
        case (_, .gemini):
            ",\"usageMetadata\":{\"promptTokenCount\":\(input),\"candidatesTokenCount\":\(output)}"
        }
    }

    /// What comes before the content.
    func opening(_ told: Told) -> String {
        switch dialect {
        case .openAIChat:
            data("{\"id\":\"c\",\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]\(member(told))}")
        case .openAIResponses:
            data(
                "{\"type\":\"response.created\",\"response\":{\"id\":\"r\"\(member(told))}}"
            )
        case .anthropicMessages:
            data(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\"\(member(told))}}"
            )
                + data(
                    #"{"type":"content_block_start","index":0,"#
                        + #""content_block":{"type":"text","text":""}}"#
                )
        case .gemini: data("{\"responseId\":\"g\"\(member(told))}")
        }
    }

    /// Ten words.
    var content: String {
        let words = "one two three four five six seven eight nine ten"
        return switch dialect {
        case .openAIChat: data("{\"choices\":[{\"delta\":{\"content\":\"\(words)\"}}]}")
        case .openAIResponses:
            data(
                #"{"type":"response.output_text.delta","item_id":"i","output_index":0,"#
                    + "\"content_index\":0,\"delta\":\"\(words)\"}"
            )
        case .anthropicMessages:
            data(
                #"{"type":"content_block_delta","index":0,"#
                    + "\"delta\":{\"type\":\"text_delta\",\"text\":\"\(words)\"}}"
            )
        case .gemini:
            data("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\(words)\"}]}}]}")
        }
    }

    /// Why the model stopped.
    func finish(_ told: Told) -> String {
        switch dialect {
        case .openAIChat:
            data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]\(member(told))}")
        // Its last event says so.
        case .openAIResponses: ""
        case .anthropicMessages:
            data(
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}"# + "\(member(told))}"
            )
        case .gemini: data("{\"candidates\":[{\"finishReason\":\"STOP\"}]\(member(told))}")
        }
    }

    /// What comes behind that, and the stream's end.
    func end(_ told: Told) -> String {
        switch dialect {
        case .openAIChat:
            (told == .nothing ? "" : data("{\"choices\":[]\(member(told))}")) + "data: [DONE]\n\n"
        case .openAIResponses:
            data(
                #"{"type":"response.completed","response":{"id":"r","status":"completed""#
                    + "\(member(told))}}"
            )
        case .anthropicMessages:
            (told == .nothing
                ? "" : data("{\"type\":\"message_delta\",\"delta\":{}\(member(told))}"))
                + data(#"{"type":"message_stop"}"#)
        case .gemini: told == .nothing ? "" : data("{\"responseId\":\"g\"\(member(told))}")
        }
    }

    /// The dialect's error event.
    func failure(_ told: Told) -> String {
        switch dialect {
        case .openAIChat, .gemini: data(error(told))
        case .openAIResponses:
            data(
                #"{"type":"response.failed","response":{"status":"failed","#
                    + "\"error\":{\"message\":\"no\"}\(member(told))}}"
            )
        case .anthropicMessages:
            data("{\"type\":\"error\",\"error\":{\"message\":\"no\"}\(member(told))}")
        }
    }

    /// The body of an answer that is an error.
    func error(_ told: Told) -> String { "{\"error\":{\"message\":\"no\"}\(member(told))}" }

    /// An answer that is no stream.
    func whole(_ told: Told) -> String {
        let words = "one two three four five six seven eight nine ten"
        let answer =
            switch dialect {
            case .openAIChat:
                #""choices":[{"index":0,"message":{"role":"assistant","#
                    + "\"content\":\"\(words)\"},\"finish_reason\":\"stop\"}]"
            case .openAIResponses:
                #""status":"completed","output":[{"type":"message","role":"assistant","#
                    + "\"content\":[{\"type\":\"output_text\",\"text\":\"\(words)\"}]}]"
            case .anthropicMessages:
                #""type":"message","role":"assistant","stop_reason":"end_turn","#
                    + "\"content\":[{\"type\":\"text\",\"text\":\"\(words)\"}]"
            case .gemini:
                #""candidates":[{"finishReason":"STOP","#
                    + "\"content\":{\"parts\":[{\"text\":\"\(words)\"}]}}]"
            }
        return "{\(answer)\(member(told))}"
    }

    private func data(_ object: String) -> String { "data: \(object)\n\n" }
}
