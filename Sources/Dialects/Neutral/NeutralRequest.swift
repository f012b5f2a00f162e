package import JSON
package import Model

/// A request, as no dialect writes it.
package struct NeutralRequest: Sendable {
    /// The language of the client.
    package let client: Dialect
    /// The model, as the client wrote it; empty where its dialect has it elsewhere.
    package var model = ""
    /// What stands before the conversation.
    package var system: [TextPart] = []
    /// The conversation.
    package var turns: [Turn] = []
    /// What the model may call.
    package var tools: [Tool] = []
    /// Tools that the provider itself has, by the client's names of their places.
    package var providerTools: [String] = []
    /// What the model must call.
    package var toolChoice: ToolChoice?
    /// Whether it may call several at once; nil when the client did not say.
    package var allowsParallelCalls: Bool?
    /// The most tokens of the answer.
    package var maxTokens: Int?
    /// Texts at which the model stops.
    package var stops: [String] = []
    /// How much the model is to think.
    package var reasoning: ReasoningWish?
    /// What the answer is to look like.
    package var format: OutputFormat?
    /// Whom the client works for.
    package var endUser: String?
    /// Whether the answer is wanted as a stream.
    package var isStream = false
    /// Whether a chat client wants the usage in its stream.
    package var wantsStreamUsage = false
    /// What is one value in one member.
    package var settings: [Setting] = []
    /// Members that are not carried over, by the client's names.
    package private(set) var removed: [String] = []

    /// A request of nothing yet.
    init(client: Dialect) {
        self.client = client
    }

    /// Notes that a member is not carried over.
    mutating func noteRemoved(_ name: String) {
        removed.note(name)
    }
}

extension [String] {
    /// The names that are told; a header has no room for more.
    private static let mostTold = 64

    /// Adds a name that is not there yet.
    mutating func note(_ name: String) {
        if count < Self.mostTold, !contains(name) { append(name) }
    }
}

/// Who speaks.
package enum Role: Sendable {
    case user, assistant
    /// Instructions in the middle of a conversation.
    case system
}

/// What one side says.
package struct Turn: Sendable {
    /// Who speaks.
    package var role: Role
    /// What is said.
    package var parts: [Part]
}

/// Something that the model may call.
package struct Tool: Sendable {
    /// What it is called.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The JSON schema of its arguments; nil when it takes none.
    package var schema: JSONCursor?
    /// Whether the arguments must be of the schema to the letter.
    package var isStrict: Bool?
    /// Up to here the provider is asked to keep the prompt.
    package var cache: CacheMarker?
}

/// What the model must call.
package enum ToolChoice: Sendable, Equatable {
    case automatic, none, required
    case named(String)
}

/// What an answer is to look like.
package enum OutputFormat: Sendable {
    /// Any JSON object.
    case object
    /// JSON of a schema.
    case schema(OutputSchema)
}

/// The JSON that an answer is to be.
package struct OutputSchema: Sendable {
    /// What it is called.
    package var name: String?
    /// What it is for.
    package var description: String?
    /// The JSON schema.
    package var schema: JSONCursor
    /// Whether the answer must be of the schema to the letter.
    package var isStrict: Bool?
}
