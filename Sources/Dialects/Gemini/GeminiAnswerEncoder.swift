import JSON
import Model

/// Writes a whole answer of generateContent.
enum GeminiAnswerEncoder {
    static func encode(_ answer: NeutralAnswer, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        var head = GeminiAnswer(context)
        head.note(id: answer.id, model: answer.model)
        head.begin(&writer)
        for part in answer.parts { write(part, context, &writer) }
        head.end(GeminiAnswer.word(answer.stop), answer.usage, &writer)
        return writer.bytes
    }

    private static func write(
        _ part: Part,
        _ context: AnswerContext,
        _ writer: inout JSONWriter
    ) {
        switch part {
        case .text(let text): GeminiAnswer.writeText(text.text, &writer)
        case .refusal(let text): GeminiAnswer.writeText(text, &writer)
        case .reasoning(let thoughts):
            let carried = thoughts.carriedSignature(in: .gemini)
            GeminiWriting.write(thoughts, carried: carried, &writer)
        case .toolCall(let call):
            GeminiWriting.write(
                call,
                id: call.id,
                context.toolNames.client(call.name),
                call.signature?.carried(in: .gemini),
                &writer
            )
        case .image, .document, .audio, .toolResult: break
        }
    }
}

/// What every answer and every chunk of one has around its parts.
struct GeminiAnswer {
    private var id: String
    private var model: String

    init(_ context: AnswerContext) {
        id = context.requestID
        model = context.model
    }

    /// Notes what the provider told.
    mutating func note(id: String?, model: String?) {
        if let id, !id.isEmpty { self.id = id }
        if let model, !model.isEmpty { self.model = model }
    }

    /// Writes what stands before the parts.
    func begin(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("candidates")
        writer.beginArray()
        writer.beginObject()
        writer.key("content")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
    }

    /// Writes what stands behind the parts.
    func end(_ reason: String?, _ usage: Usage?, _ writer: inout JSONWriter) {
        writer.endArray()
        writer.member("role", "model")
        writer.endObject()
        writer.member("finishReason", reason)
        writer.member("index", 0)
        writer.endObject()
        writer.endArray()
        if let usage { Self.write(usage, &writer) }
        writer.member("modelVersion", model)
        writer.member("responseId", id)
        writer.endObject()
    }

    /// Writes a part of text.
    static func writeText(_ text: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("text", text)
        writer.endObject()
    }

    /// The word for a reason.
    static func word(_ stop: StopReason) -> String {
        switch stop {
        case .endOfTurn, .stopSequence, .toolUse, .pause: "STOP"
        case .tokenLimit, .contextLimit: "MAX_TOKENS"
        case .refusal: "SAFETY"
        }
    }

    private static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        let prompt = usage.input + usage.cacheRead + usage.cacheWrite
        writer.key("usageMetadata")
        writer.beginObject()
        writer.member("promptTokenCount", prompt)
        writer.member("candidatesTokenCount", max(0, usage.output - usage.reasoning))
        if usage.reasoning > 0 { writer.member("thoughtsTokenCount", usage.reasoning) }
        if usage.cacheRead > 0 { writer.member("cachedContentTokenCount", usage.cacheRead) }
        writer.member("totalTokenCount", prompt + usage.output)
        writer.endObject()
    }
}
