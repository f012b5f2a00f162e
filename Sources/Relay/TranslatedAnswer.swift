import Dialects
import Model

/// The answer of an attempt whose provider speaks another dialect, on its way to the client.
final class TranslatedAnswer {
    /// What it is translated with.
    let context: AnswerContext
    private var stream: StreamTranslation?
    /// What the client is to get and nobody has taken yet.
    private var told: [UInt8] = []
    private var whole: AnswerTranslation?

    init(_ context: AnswerContext) {
        self.context = context
    }

    /// Whether it comes as a stream.
    var isStream: Bool { stream != nil }
    /// Whether content, reasoning or a call came.
    var sawContent: Bool { stream?.sawContent ?? true }
    /// Whether a stream came to its proper end.
    var isComplete: Bool { stream?.isComplete ?? true }
    /// The tokens that the provider told of, as of now.
    var usage: Usage? { stream?.usage ?? whole?.usage }
    /// Why the model stopped, in the client's word.
    var stopReason: String? { stream?.stopReason ?? whole?.stopReason }
    /// About how many tokens of output came.
    var countedOutput: Int {
        if let stream { return stream.countedOutput }
        guard let whole else { return 0 }
        return OutputCounter.tokens(of: whole.body.span, in: context.client)
    }
    /// What the provider said about its failure.
    var failureMessage: String? { (stream?.failure ?? whole?.failure)?.message }
    /// The events of the provider that were no JSON.
    var skippedCount: Int { stream?.skippedCount ?? 0 }

    /// What the client's `Content-Type` is.
    var contentType: StaticString {
        isStream && context.form == .events ? "text/event-stream" : "application/json"
    }

    /// It is a stream of events.
    ///
    /// - Parameter countsOutput: whether what comes is counted.
    func beginStream(countsOutput: Bool) {
        stream = StreamTranslation(context, countsOutput: countsOutput)
    }

    /// Takes the provider's next bytes.
    func receive(_ bytes: Span<UInt8>) -> StreamSigns {
        stream?.receive(bytes, into: &told) ?? []
    }

    /// Takes the end of the provider's stream.
    func finish() -> StreamSigns {
        stream?.finish(into: &told) ?? []
    }

    /// Ends the client's stream with a failure.
    func fail(_ failure: ProviderFailure) {
        stream?.fail(failure, into: &told)
    }

    /// What the client is to get.
    func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &told)
        return taken
    }

    /// Keeps a whole answer.
    func note(_ answer: AnswerTranslation) {
        whole = answer
    }
}

/// A whole answer that is too long to be translated between two events of a loop.
final class LongAnswer: LongWork {
    private let body: [UInt8]
    private let status: Int
    private let context: AnswerContext
    private(set) var answer: AnswerTranslation?

    init(_ body: [UInt8], status: Int, _ context: AnswerContext) {
        self.body = body
        self.status = status
        self.context = context
    }

    func run() {
        // A copy of the reference: a span of the object's own would have to outlive it.
        let body = body
        answer = AnswerTranslation(body.span, status: status, context)
    }
}
