package import Model

/// What an answer is translated with: what the request asked for, and what only the gateway knows.
package struct AnswerContext: Sendable {
    /// The language of the client.
    package let client: Dialect
    /// The language of the provider.
    package let provider: Dialect
    /// The model, where the provider does not tell which one served.
    package let model: String
    /// What names and ids are made of where the provider gives none.
    package let requestID: String
    /// When the answer began, in seconds of Unix time.
    package let created: Int
    /// The tokens of the prompt as far as they are known before the provider tells them.
    package var estimatedInput = 0
    /// Whether a chat client wants the usage in its stream.
    var wantsStreamUsage = false
    /// How the client's stream is written, where its dialect has two ways.
    package var form = StreamForm.events
    /// The tools' names.
    var toolNames = ToolNames()
    /// The tool that stands for the form of the answer.
    var formatTool: String?

    /// A context in which no name was changed.
    package init(
        client: Dialect,
        provider: Dialect,
        model: String,
        requestID: String,
        created: Int
    ) {
        self.client = client
        self.provider = provider
        self.model = model
        self.requestID = requestID
        self.created = created
    }
}

/// How a stream is written.
package enum StreamForm: Sendable {
    /// As server-sent events.
    case events
    /// As a JSON array, which Gemini's clients get unless they ask for events.
    case array
}
