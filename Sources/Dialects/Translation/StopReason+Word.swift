import Model

extension StopReason {
    /// The word that a dialect has for it, as an answer in that dialect says it.
    ///
    /// - Parameter isInWords: whether the answer refuses in words of its own.
    func word(in dialect: Dialect, isInWords: Bool) -> String {
        switch dialect {
        case .openAIChat: ChatReasons.word(self, isInWords: isInWords)
        case .openAIResponses: ResponsesReasons.word(self, isInWords: isInWords)
        case .anthropicMessages: MessagesReasons.word(self)
        case .gemini: GeminiAnswer.word(self)
        }
    }
}
