package import Model

/// What a client asks of a provider, as far as the URL goes.
package enum Operation: Hashable, Sendable {
    /// OpenAI's `POST /v1/chat/completions`.
    case chatCompletions
    /// OpenAI's `POST /v1/embeddings`.
    case embeddings
    /// OpenAI's `POST /v1/responses`.
    case responses
    /// Anthropic's `POST /v1/messages`.
    case messages
    /// Anthropic's `POST /v1/messages/count_tokens`.
    case countTokens
    /// OpenAI's older `POST /v1/completions`.
    case completions
    /// OpenAI's `POST /v1/moderations`.
    case moderations
    /// OpenAI's `POST /v1/images/generations`.
    case imageGenerations
    /// OpenAI's `POST /v1/images/edits`.
    case imageEdits
    /// OpenAI's `POST /v1/images/variations`.
    case imageVariations
    /// OpenAI's `POST /v1/audio/speech`.
    case speech
    /// OpenAI's `POST /v1/audio/transcriptions`.
    case transcriptions
    /// OpenAI's `POST /v1/audio/translations`.
    case translations
    /// `POST /v1/rerank`, as Cohere and Jina have it.
    case rerank
    /// OpenAI's `GET /v1/realtime`, a WebSocket; the model stands in the query.
    case realtime
    /// Gemini's `POST /v1beta/models/{model}:verb`.
    case gemini(GeminiVerb)

    /// What stands behind the colon of a Gemini path.
    package enum GeminiVerb: String, CaseIterable, Sendable {
        case generateContent, streamGenerateContent, countTokens, embedContent
    }

    /// The dialect that a provider must offer to be asked this.
    package var dialect: Dialect {
        switch self {
        case .chatCompletions, .embeddings, .completions, .moderations, .imageGenerations,
            .imageEdits, .imageVariations, .speech, .transcriptions, .translations, .rerank,
            .realtime:
            .openAIChat
        case .responses: .openAIResponses
        case .messages, .countTokens: .anthropicMessages
        case .gemini: .gemini
        }
    }

    /// Whether a model that writes text is asked, or how long a request to one is: there the gateway
    /// can choose which.
    var generates: Bool {
        switch self {
        case .chatCompletions, .responses, .messages, .countTokens,
            .gemini(.generateContent), .gemini(.streamGenerateContent), .gemini(.countTokens):
            true
        case .embeddings, .completions, .moderations, .imageGenerations, .imageEdits,
            .imageVariations, .speech, .transcriptions, .translations, .rerank, .realtime,
            .gemini(.embedContent):
            false
        }
    }

    /// Whether a surface's own `path` stands for this operation: the one its dialect is named after.
    var isMain: Bool {
        switch self {
        case .chatCompletions, .responses, .messages: true
        case .embeddings, .countTokens, .completions, .moderations, .imageGenerations,
            .imageEdits, .imageVariations, .speech, .transcriptions, .translations, .rerank,
            .realtime, .gemini:
            false
        }
    }

    /// Whether the request may be a form with files in it instead of JSON.
    package var takesForm: Bool {
        switch self {
        case .imageEdits, .imageVariations, .transcriptions, .translations: true
        case .chatCompletions, .embeddings, .responses, .messages, .countTokens, .completions,
            .moderations, .imageGenerations, .speech, .rerank, .realtime, .gemini:
            false
        }
    }

    /// Whether it is served with the account's own key alone, as nobody could say what it costs:
    /// its traffic passes the gateway by or, where the operator's costs are counted, is paid by
    /// something else than tokens.
    ///
    /// - Parameter isCounted: whether what managed traffic costs is counted.
    package func needsOwnKey(isCounted: Bool) -> Bool {
        switch self {
        case .realtime: true
        case .imageGenerations, .imageEdits, .imageVariations, .speech, .transcriptions,
            .translations, .rerank:
            isCounted
        case .chatCompletions, .responses, .messages, .countTokens, .completions, .embeddings,
            .moderations, .gemini:
            false
        }
    }

    /// What is added to the base URL, beginning with a slash.
    func path(model: String) -> String {
        switch self {
        case .chatCompletions: "/chat/completions"
        case .embeddings: "/embeddings"
        case .responses: "/responses"
        case .messages: "/messages"
        case .countTokens: "/messages/count_tokens"
        case .completions: "/completions"
        case .moderations: "/moderations"
        case .imageGenerations: "/images/generations"
        case .imageEdits: "/images/edits"
        case .imageVariations: "/images/variations"
        case .speech: "/audio/speech"
        case .transcriptions: "/audio/transcriptions"
        case .translations: "/audio/translations"
        case .rerank: "/rerank"
        case .realtime: "/realtime"
        case .gemini(let verb): "/models/\(percentEncoded(model)):\(verb.rawValue)"
        }
    }
}
