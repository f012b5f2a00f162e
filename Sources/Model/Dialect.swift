/// A wire language that a client or a provider speaks.
package enum Dialect: String, CaseIterable, Sendable {
    /// OpenAI's chat completions.
    case openAIChat = "openai-chat"
    /// OpenAI's responses.
    case openAIResponses = "openai-responses"
    /// Anthropic's messages.
    case anthropicMessages = "anthropic-messages"
    /// Google's generateContent.
    case gemini
}
