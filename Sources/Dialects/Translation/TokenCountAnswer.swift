import JSON
package import Model

/// The answer to the question how many tokens a prompt has, where the gateway gives it itself.
package enum TokenCountAnswer {
    /// The answer's body; nil for a dialect in which nobody asks.
    package static func body(inputTokens: Int, for client: Dialect) -> [UInt8]? {
        var writer = JSONWriter()
        writer.beginObject()
        switch client {
        case .anthropicMessages: writer.member("input_tokens", inputTokens)
        case .gemini: writer.member("totalTokens", inputTokens)
        case .openAIResponses:
            writer.member("object", "response.input_tokens")
            writer.member("input_tokens", inputTokens)
        case .openAIChat: return nil
        }
        writer.endObject()
        return writer.bytes
    }
}
