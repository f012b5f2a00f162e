import Dialects
import JSON
import Model
import Routing

/// The answers of providers that speak another dialect than the client (chapter 11).
extension Exchange {
    /// How the answer to a translated request is read; nil for one that is the client's own.
    func answer(to fitted: FittedBody, _ writer: RequestWriter) -> TranslatedAnswer? {
        guard let translated = fitted.translated else { return nil }
        var context = translated.answerContext(requestID: requestID, created: Int(startSecond))
        context.estimatedInput = writer.estimatedInput
        context.form = expectedForm == .array ? .array : .events
        return TranslatedAnswer(context)
    }

    /// A successful head of a provider that speaks another dialect.
    mutating func receiveTranslatable(
        _ attempt: inout Attempt,
        _ translated: TranslatedAnswer,
        at now: ContinuousClock.Instant
    ) -> Step {
        // Identity was asked for.
        if responseHead.isEncoded { return failAttempt(.malformedAnswer, at: now) }
        guard responseHead.isEventStream == isStreamAsked else {
            return failAttempt(isStreamAsked ? .notStreamed : .malformedAnswer, at: now)
        }
        guard isStreamAsked else {
            attempt.phase = .whole
            state = .attempting(attempt)
            return Step(.wait)
        }
        attempt.phase = .stream
        state = .attempting(attempt)
        translated.beginStream(countsOutput: funds != nil)
        if brokenAt == nil { continuation = newContinuation }
        record.isStream = true
        return isPassing && !isHeadSent ? sendHead() : Step(.wait)
    }

    /// The whole answer is there: it is translated here, or elsewhere where that takes long.
    mutating func translateWhole(
        _ translated: TranslatedAnswer,
        at now: ContinuousClock.Instant
    ) -> Step {
        let status = responseHead.status
        guard held.count > Limits.translatedBytesOnLoop else {
            let answer = AnswerTranslation(held.span, status: status, translated.context)
            return giveWhole(answer, translated, at: now)
        }
        let long = LongAnswer(held, status: status, translated.context)
        held = []
        longWork = long
        state = .translatingAnswer(long)
        return Step(.workElsewhere)
    }

    /// The whole answer in the client's dialect.
    mutating func giveWhole(
        _ answer: AnswerTranslation,
        _ translated: TranslatedAnswer,
        at now: ContinuousClock.Instant
    ) -> Step {
        translated.note(answer)
        if let failure = answer.failure {
            let message = ProviderMessage.safe(failure.message)
            return failAttempt(.answerFailed, message: message, at: now)
        }
        held = answer.body
        return commitAndEnd(at: now)
    }

    /// A provider's error as the client understands it; one of the client's own dialect is passed.
    func translatedError(_ body: [UInt8]) -> (head: ResponseHead, body: [UInt8]) {
        guard let translated else { return (responseHead, body) }
        let answer = AnswerTranslation(
            body.span,
            status: responseHead.status,
            translated.context
        )
        return (responseHead.with(status: answer.status), answer.body)
    }

    /// The event that ends the client's stream after a head went out.
    func lastEvent(_ refusal: Refusal) -> [UInt8] {
        // An array goes on where it stands.
        if let translated, translated.context.form == .array {
            translated.fail(ProviderFailure(status: refusal.status, message: refusal.markedMessage))
            return translated.take()
        }
        let event = refusal.streamEvent(in: dialect, requestID: requestID)
        // Half an event of the provider's ends here, so that ours is not taken for a part of it.
        return sentTail.isBetweenEvents ? event : [0x0A, 0x0A] + event
    }

    // MARK: Counting

    /// Says how many tokens a request has, as far as the gateway can tell: for candidates whose
    /// providers have nothing of the kind.
    mutating func answerCount(of candidate: Candidate) -> Step {
        let tokens = readTraits().estimatedInputTokens
        guard let body = TokenCountAnswer.body(inputTokens: tokens, for: dialect) else {
            preconditionFailure("a count in a dialect that has none")
        }
        record.modelServed = candidate.displayName
        return finishLocal(body, by: candidate)
    }
}
