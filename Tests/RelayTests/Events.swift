import Model

/// Events as the providers of a dialect send them.
struct Events {
    /// The path that a stream of the dialect is asked at.
    let path: String
    /// The body that asks for it, with a model of `alpha` and one of `beta` behind it.
    let body: String
    /// The same with `alpha` alone.
    let single: String
    /// An event that is there and says nothing yet.
    let preamble: String
    let content: String
    let failure: String
    /// What ends the stream well.
    let ending: String

    static let all: [Dialect] = Dialect.allCases

    static func of(_ dialect: Dialect) -> Events {
        switch dialect {
        case .openAIChat: chat
        case .openAIResponses: responses
        case .anthropicMessages: messages
        case .gemini: gemini
        }
    }

    static let chat = Events(
        path: "/v1/chat/completions",
        body: #"{"model":"alpha:m","models":["beta:m"],"stream":true}"#,
        single: #"{"model":"alpha:m","stream":true}"#,
        preamble: "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
        content: "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n",
        failure: "data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
        ending: "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n"
            + "data: [DONE]\n\n"
    )

    static let responses = Events(
        path: "/v1/responses",
        body: #"{"model":"alpha:m","models":["beta:m"],"stream":true}"#,
        single: #"{"model":"alpha:m","stream":true}"#,
        preamble: "event: response.created\ndata: {\"type\":\"response.created\"}\n\n",
        content: "event: response.output_text.delta\n"
            + "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n",
        failure: "event: error\ndata: {\"type\":\"error\",\"message\":\"overloaded\"}\n\n",
        ending: "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
            + "{\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}\n\n"
    )

    static let messages = Events(
        path: "/v1/messages",
        body: #"{"model":"alpha:m","models":["beta:m"],"stream":true}"#,
        single: #"{"model":"alpha:m","stream":true}"#,
        preamble: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
            + "{\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
            + "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        content: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n",
        failure: "event: error\ndata: {\"type\":\"error\",\"error\":"
            + "{\"type\":\"overloaded_error\",\"message\":\"overloaded\"}}\n\n",
        ending: "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":"
            + "{\"output_tokens\":3}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
    )

    /// Gemini names its model in the path: there is no second one.
    static let gemini = Events(
        path: "/v1beta/models/alpha:m:streamGenerateContent?alt=sse",
        body: "{}",
        single: "{}",
        preamble: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]}}]}\n\n",
        content: "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}\n\n",
        failure: "data: {\"error\":{\"code\":503,\"message\":\"overloaded\"}}\n\n",
        ending: "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":"
            + "{\"promptTokenCount\":7,\"candidatesTokenCount\":3}}\n\n"
    )
}

/// The dialects whose body can name a second model.
let failoverDialects: [Dialect] = [.openAIChat, .openAIResponses, .anthropicMessages]
