import JSON
import Model

/// Everything that translation knows of a dialect: a row of the table below, made in the dialect's
/// own folder.
struct DialectRow: Sendable {
    /// What the members of requests are called.
    let names: MemberNames
    /// Reads a request.
    let decodeRequest: @Sendable (JSONCursor) throws(TranslationError) -> NeutralRequest
    /// Writes a request.
    let encodeRequest:
        @Sendable (NeutralRequest, TranslationTarget) throws(TranslationError) -> EncodedRequest
    /// Reads a whole answer.
    let decodeAnswer: @Sendable (JSONCursor) throws(ProviderFailure) -> NeutralAnswer
    /// Writes a whole answer.
    let encodeAnswer: @Sendable (NeutralAnswer, AnswerContext) -> [UInt8]
    /// Begins to read a stream.
    let streamDecoder: @Sendable () -> any StreamDecoding
    /// Begins to write a stream.
    let streamEncoder: @Sendable (AnswerContext) -> any StreamEncoding
}

extension Dialect {
    /// What translation knows of the dialect.
    var row: DialectRow {
        switch self {
        case .openAIChat: ChatMembers.row
        case .openAIResponses: ResponsesMembers.row
        case .anthropicMessages: MessagesMembers.row
        case .gemini: GeminiMembers.row
        }
    }
}

/// Reads the events of a provider's stream.
protocol StreamDecoding: Sendable {
    /// Takes an event and tells its steps; an unknown one tells nothing.
    mutating func take(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void)
}

/// Writes the events of a client's stream.
protocol StreamEncoding: Sendable {
    /// Writes a step.
    mutating func encode(_ delta: Delta, into output: inout [UInt8])
}
