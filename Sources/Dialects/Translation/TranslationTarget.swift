package import Model

/// Whom a request is translated for: a model at a provider, and what it is known to take.
package struct TranslationTarget: Sendable {
    /// The provider's language.
    package let dialect: Dialect
    /// The model, as the provider knows it.
    package let model: String
    /// The most tokens of one answer; nil where nobody says.
    package var maxOutputTokens: Int?
    /// What a chat provider calls the most tokens of an answer.
    package var tokenLimitName = TokenLimitName.common
    /// Whether a chat provider wants its thoughts back as `reasoning_content`.
    package var takesReasoningContent = false
    /// What becomes of tools that the client's own provider has.
    package var providerTools = LostTools.refused
    /// How an Anthropic model is told to think.
    package var thinking: ThinkingForm
    /// Whether an Anthropic model can be held to a schema.
    package var structuredOutput: StructuredOutputForm
    /// How a Gemini model is told to think.
    package var geminiThinking: GeminiThinkingForm

    /// A target of which no more is known than the model's name tells.
    package init(dialect: Dialect, model: String) {
        self.dialect = dialect
        self.model = model
        let version = ModelVersion(model)
        thinking = version.isAtLeast(4, 6) ? .adaptive : .budget
        structuredOutput = version.isAtLeast(4, 5) ? .native : .tool
        geminiThinking = version.isAtLeast(3, 0) ? .level : .budget
    }
}

/// What a chat provider calls the most tokens of an answer.
package enum TokenLimitName: Sendable {
    /// `max_tokens`, as most providers do.
    case common
    /// `max_completion_tokens`, as OpenAI itself does.
    case openAI
}

/// What becomes of tools that only the provider of the client's dialect has: its search of the web.
package enum LostTools: Sendable {
    /// The request is refused.
    case refused
    /// The model goes without them; the client is told.
    case dropped
}

/// How an Anthropic model is told to think.
package enum ThinkingForm: Sendable {
    /// As much as it finds right, with an effort.
    case adaptive
    /// With a budget of tokens.
    case budget
}

/// How an Anthropic model is held to a schema.
package enum StructuredOutputForm: Sendable {
    /// By a member of the request.
    case native
    /// By a tool that it must call.
    case tool
}

/// How a Gemini model is told to think.
package enum GeminiThinkingForm: Sendable {
    /// In words.
    case level
    /// With a budget of tokens.
    case budget
}

/// The version in a model's name: `claude-opus-4-6` and `gemini-3-pro-preview` say it behind their
/// family; a date is none.
struct ModelVersion {
    private var major = 0
    private var minor = 0

    init(_ model: String) {
        let numbers = model.split { "-._/@:".contains($0) }.map { part -> Int? in
            part.count <= 2 ? Int(part) : nil
        }
        guard let first = numbers.firstIndex(where: { $0 != nil }) else { return }
        major = numbers[first] ?? 0
        if first + 1 < numbers.count { minor = numbers[first + 1] ?? 0 }
    }

    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        (self.major, self.minor) >= (major, minor)
    }
}
