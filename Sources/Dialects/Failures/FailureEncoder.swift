import JSON
import Model

/// Writes a provider's failure as a client of another dialect expects it.
enum FailureEncoder {
    /// The status that a client of a dialect understands.
    static func status(_ failure: ProviderFailure, for dialect: Dialect) -> Int {
        switch dialect {
        case .anthropicMessages: failure.status == 503 ? 529 : failure.status
        case .openAIChat, .openAIResponses, .gemini:
            failure.status == 529 ? 503 : failure.status
        }
    }

    /// The body of an answer that is an error.
    static func body(_ failure: ProviderFailure, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        write(failure, context, &writer)
        return writer.bytes
    }

    /// Writes the object that is the body of an error, and the event of a stream's.
    static func write(
        _ failure: ProviderFailure,
        _ context: AnswerContext,
        _ writer: inout JSONWriter
    ) {
        let words = FailureWords.of(status: failure.status)
        writer.beginObject()
        switch context.client {
        case .openAIChat, .openAIResponses:
            writer.key("error")
            writeOpenAI(failure, words, &writer)
        case .anthropicMessages:
            writer.member("type", "error")
            writer.key("error")
            writer.beginObject()
            writer.member("type", words.messages)
            writer.member("message", failure.message)
            writer.endObject()
            writer.member("request_id", context.requestID)
        case .gemini:
            writer.key("error")
            writer.beginObject()
            writer.member("code", status(failure, for: .gemini))
            writer.member("message", failure.message)
            writer.member("status", words.gemini)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeOpenAI(
        _ failure: ProviderFailure,
        _ words: FailureWords,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("message", failure.message)
        writer.member("type", words.chat)
        writer.key("param")
        if let parameter = failure.parameter { writer.string(parameter) } else { writer.null() }
        writer.key("code")
        if let code = failure.code ?? words.code { writer.string(code) } else { writer.null() }
        writer.endObject()
    }
}
