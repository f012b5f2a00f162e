import JSON
package import Model

/// A provider's whole answer in the client's dialect.
package struct AnswerTranslation: Sendable {
    /// The status that the client gets.
    package let status: Int
    /// The body that the client gets.
    package let body: [UInt8]
    /// What the answer took.
    package let usage: Usage?
    /// Why the model stopped, in the word of the client's dialect; nil for a failure.
    package let stopReason: String?
    /// The provider's failure; nil for an answer.
    package let failure: ProviderFailure?
    /// The model that the answer says served it.
    package let model: String?

    /// Translates the body of an answer with this status.
    ///
    /// A body that is an error is one whatever its status, and one that can't be understood is the
    /// provider's failure.
    package init(_ body: Span<UInt8>, status: Int, _ context: AnswerContext) {
        guard (200..<300).contains(status) else {
            self.init(FailureDecoder.decode(body, status: status, context.provider), context)
            return
        }
        do {
            let answer = try Self.read(body, context)
            self.init(answer, status, context)
        } catch {
            self.init(error, context)
        }
    }

    /// A failure of a provider, or of ours, as the client understands it.
    package init(_ failure: ProviderFailure, _ context: AnswerContext) {
        status = FailureEncoder.status(failure, for: context.client)
        body = FailureEncoder.body(failure, context)
        usage = nil
        stopReason = nil
        self.failure = failure
        model = nil
    }

    private init(_ answer: NeutralAnswer, _ status: Int, _ context: AnswerContext) {
        self.status = status
        body = context.client.row.encodeAnswer(answer, context)
        usage = answer.usage
        stopReason = answer.stop.word(in: context.client, isInWords: answer.refuses)
        failure = nil
        model = answer.model.isEmpty ? nil : answer.model
    }

    private static func read(
        _ body: Span<UInt8>,
        _ context: AnswerContext
    ) throws(ProviderFailure) -> NeutralAnswer {
        let root: JSONCursor
        do throws(ScanError) {
            root = try JSONText(body).root
        } catch {
            throw ProviderFailure(status: 502, message: "The provider's answer \(error.reason).")
        }
        if let error = root["error"], error.says {
            throw FailureDecoder.decode(error: error, status: nil, context.provider)
        }
        var answer = try context.provider.row.decodeAnswer(root)
        answer.nameCalls(context.requestID)
        if let tool = FormatTool(context.formatTool) { answer = tool.turned(answer) }
        return answer
    }
}
