/// What a request asks for, as far as it can be seen from outside: what decides which model is fit
/// for it and what it would cost there.
///
/// A value without behaviour; where a body has none of something the number is zero.
package struct RequestTraits: Equatable, Sendable {
    /// The path as the documentation spells it: `/v1/chat/completions`.
    package var path: String
    /// Whether a stream is asked for.
    package var isStream = false
    /// The turns of the conversation, or the texts to embed; a system prompt is none.
    package var turnCount = 0
    /// The bytes of all text that a model reads, as UTF-8: turns, system prompt, tools, schemas.
    package var textBytes = 0
    /// About how many tokens all of that is, images included.
    package var estimatedInputTokens = 0
    /// Whether its texts were counted word for word, and only the rest is estimated.
    package var isCounted = false
    /// The most tokens that the client wants back; nil when it does not say.
    package var maxOutputTokens: Int?
    /// The tools that the model may call.
    package var toolCount = 0
    /// The images in the turns.
    package var imageCount = 0
    /// The documents and recordings in the turns, and the bytes of those that are in the body.
    package var fileCount = 0
    package var fileBytes = 0
    /// Whether the provider is to keep its input for an hour or longer, which is dearer.
    package var keepsInputLong = false
    /// Whether the model is asked to think first.
    package var asksReasoning = false
    /// How much of the text is source code, in percent: what stands in fences, or the lines that
    /// end and begin as those of programs do.
    package var codePercent = 0

    /// Traits of a request of which nothing but the path is known.
    package init(path: String) {
        self.path = path
    }

    /// Whether there is source code in it.
    package var hasCode: Bool { codePercent > 0 }
}
