import JSON
package import Model

/// Watches a provider's whole answer go by: what is not a stream.
///
/// An answer up to the limit is kept and read when asked; of a longer one nothing is told.
package struct AnswerObserver: Sendable {
    /// The longest answer that is read.
    package static let answerLimit = 1 << 20

    private static let answer = MemberScanner([
        "error", "usage", "usageMetadata", "model", "choices", "stop_reason", "candidates",
        "promptFeedback", "incomplete_details", "status",
    ])

    private let dialect: Dialect
    private var body: [UInt8] = []
    private var isTooLong = false
    private var byteCount = 0

    /// An observer at the start of an answer in this dialect.
    package init(_ dialect: Dialect) {
        self.dialect = dialect
    }

    /// Takes the next bytes.
    package mutating func observe(_ bytes: Span<UInt8>) {
        byteCount += bytes.count
        if isTooLong { return }
        if body.count + bytes.count > Self.answerLimit {
            isTooLong = true
            body = []
        } else {
            unsafe bytes.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
        }
    }

    /// The tokens that the answer tells of.
    package var usage: Usage? { ending.usage }

    /// The tokens that the answer tells of, and why the model stopped in the provider's word: read
    /// together, as that is one way through the answer.
    package var ending: (usage: Usage?, stopReason: String?) {
        var usage: Usage?
        var reason: String?
        forEachAnswer { members, text in
            switch dialect {
            case .openAIChat:
                usage = OpenAIUsage.read(members[1], in: text)
                reason = OpenAIChat.stopReason(members[4], in: text)
            case .openAIResponses:
                usage = OpenAIUsage.read(members[1], in: text)
                reason = OpenAIResponses.stop(members[8], members[9], in: text)?
                    .stopWord(in: text)
            case .anthropicMessages:
                AnthropicMessages.merge(members[1], in: text, into: &usage)
                reason = members[5]?.stopWord(in: text)
            case .gemini:
                usage = Gemini.usage(members[2], in: text) ?? usage
                reason = Gemini.stopReason(members[6], members[7], in: text) ?? reason
            }
        }
        return (usage, reason)
    }

    /// About how many tokens the answer's own words are; an answer that is not read counts by its
    /// length.
    package var countedOutput: Int {
        isTooLong ? byteCount / 4 : OutputCounter.tokens(of: body.span, in: dialect)
    }

    /// The model that the answer says served it.
    package var model: String? {
        var model: String?
        forEachAnswer { members, text in model = members[3]?.string(in: text) ?? model }
        return model
    }

    /// Whether the answer has an `error` at its top: a failure, whatever its status.
    package var isFailure: Bool {
        var isFailure = false
        forEachAnswer { members, text in
            if members[0]?.isFilled(in: text) == true { isFailure = true }
        }
        return isFailure
    }

    /// What the provider said about its failure.
    package var failureMessage: String? {
        var message: String?
        forEachAnswer { members, text in
            message = message ?? members[0].flatMap { ErrorMessage.text(of: $0, in: text) }
        }
        return message
    }

    /// Reads the answer, or each one of the array that Gemini wraps errors and streams in.
    private func forEachAnswer(_ body: (Members, Span<UInt8>) -> Void) {
        let text = self.body.span
        if let members = Self.answer.members(of: text) { return body(members, text) }
        guard dialect == .gemini else { return }
        do throws(ScanError) {
            try forEachJSONElement(text, 0..<text.count) { _, element in
                if let members = Self.answer.members(in: element, of: text) { body(members, text) }
                return .next
            }
        } catch {
            // As far as the array was sound, it was read.
            return
        }
    }
}
