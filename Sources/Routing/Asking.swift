package import Model

/// How a provider is asked for what a client wants.
package struct Asking: Sendable {
    /// What the provider is asked: the client's own operation, or in another dialect the one that
    /// comes to the same.
    package let operation: Operation
    /// Where.
    package let surface: Surface

    /// The provider's dialect.
    package var dialect: Dialect { operation.dialect }

    /// Whether it is another one than the client's.
    package let isTranslated: Bool

    /// The address for a model.
    ///
    /// - Parameter clientQuery: the client's query, which goes to its own dialect alone. Gemini's
    ///   streams are events only where they are asked to be.
    package func url(model: String, clientQuery: String = "") -> String {
        let translated = operation == .gemini(.streamGenerateContent) ? "alt=sse" : ""
        return surface.url(
            for: operation,
            model: model,
            clientQuery: isTranslated ? translated : clientQuery
        )
    }
}

extension Provider {
    /// How it is asked for an operation; nil where it has nothing of the kind.
    ///
    /// It is asked in the client's dialect where it speaks it, else in the first of its own.
    ///
    /// - Parameter isStream: whether the client wants a stream.
    package func asking(for operation: Operation, isStream: Bool) -> Asking? {
        if let surface = surface(for: operation.dialect) {
            return Asking(operation: operation, surface: surface, isTranslated: false)
        }
        guard operation.generates, !operation.onlyCounts else { return nil }
        for dialect in Self.translated {
            guard let surface = surface(for: dialect) else { continue }
            return Asking(
                operation: dialect.generation(isStream: isStream),
                surface: surface,
                isTranslated: true
            )
        }
        return nil
    }

    /// The dialects into which is translated: that of Google before the one that it plays, chat
    /// before what is played beside it.
    private static let translated: [Dialect] = [
        .gemini, .openAIChat, .anthropicMessages, .openAIResponses,
    ]
}

extension Dialect {
    /// What a model that writes text is asked by.
    func generation(isStream: Bool) -> Operation {
        switch self {
        case .openAIChat: .chatCompletions
        case .openAIResponses: .responses
        case .anthropicMessages: .messages
        case .gemini: .gemini(isStream ? .streamGenerateContent : .generateContent)
        }
    }
}
