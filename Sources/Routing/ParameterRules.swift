import Model

/// What the members of a request's body become for one candidate.
package struct ParameterRules: Sendable {
    /// The members that the provider takes; empty for all.
    package var supported: [String]
    /// The members that the model does not take.
    package var unsupported: [String]
    /// What is set whatever the client sent: the provider's own over the gateway's.
    package var merged: [BodyMember]
    /// The most tokens that an answer may have; nil for no limit.
    package var maxOutputTokens: Int?
    /// Whether a stream of chat completions is to tell its usage, asked for or not.
    package var asksForUsage = false

    /// Rules; none unless said.
    package init(
        supported: [String] = [],
        unsupported: [String] = [],
        merged: [BodyMember] = [],
        maxOutputTokens: Int? = nil
    ) {
        self.supported = supported
        self.unsupported = unsupported
        self.merged = merged
        self.maxOutputTokens = maxOutputTokens
    }

    /// What holds for a candidate of a table at a gateway with this limit.
    package init(_ routes: RouteTable, for candidate: Candidate, _ maxOutputTokens: Int?) {
        let place = candidate.providerIndex
        (supported, merged) = routes.providers.parameters(of: place)
        unsupported = candidate.offer.map { routes.offers[$0].facts.unsupportedParameters } ?? []
        self.maxOutputTokens = maxOutputTokens
    }

    /// Whether every body goes as it is.
    package var isEmpty: Bool {
        supported.isEmpty && unsupported.isEmpty && merged.isEmpty && maxOutputTokens == nil
            && !asksForUsage
    }
}

/// A member that the configuration sets in bodies.
package struct BodyMember: Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Its value, JSON text.
    package let value: [UInt8]

    /// A member with a value that is JSON.
    package init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

extension Operation {
    /// Whether it only counts tokens: nothing is generated, and no limit is passed.
    package var onlyCounts: Bool {
        switch self {
        case .countTokens, .gemini(.countTokens): true
        case .chatCompletions, .embeddings, .responses, .messages, .completions, .moderations,
            .imageGenerations, .imageEdits, .imageVariations, .speech, .transcriptions,
            .translations, .rerank, .realtime, .gemini:
            false
        }
    }

    /// How a request says how long its answer may be.
    package enum OutputLimit: Equatable, Sendable {
        /// It has no such member.
        case none
        /// By one of these, the one that most providers take first.
        case members([String])
        /// By `generationConfig.maxOutputTokens`.
        case generationConfig
    }

    /// How a request says how long its answer may be.
    package var outputLimit: OutputLimit {
        switch self {
        case .chatCompletions: .members(["max_tokens", "max_completion_tokens"])
        case .responses: .members(["max_output_tokens"])
        case .messages, .completions: .members(["max_tokens"])
        case .gemini(.generateContent), .gemini(.streamGenerateContent): .generationConfig
        case .embeddings, .countTokens, .moderations, .imageGenerations, .imageEdits,
            .imageVariations, .speech, .transcriptions, .translations, .rerank, .realtime, .gemini:
            .none
        }
    }

    /// Whether a member is the request itself and no setting of it: it is never taken out.
    package func needs(_ name: Span<UInt8>) -> Bool {
        self == .messages && Self.isOne(of: ["max_tokens"], name)
            || Self.isOne(
                of: [
                    "model", "stream", "messages", "input", "prompt", "contents", "content",
                    "requests", "generateContentRequest", "query", "documents", "image",
                ],
                name
            )
    }

    /// Whether a member carries what the request says: a list of what is taken need not name it.
    package func carries(_ name: Span<UInt8>) -> Bool {
        Self.isOne(
            of: [
                "system", "instructions", "systemInstruction", "system_instruction", "voice",
                "previous_response_id", "conversation",
            ],
            name
        )
    }

    private static func isOne(of names: [StaticString], _ name: Span<UInt8>) -> Bool {
        names.contains { other in
            name.count == other.utf8CodeUnitCount
                && name.indices.allSatisfy { name[$0] == (unsafe other.utf8Start[$0]) }
        }
    }
}
