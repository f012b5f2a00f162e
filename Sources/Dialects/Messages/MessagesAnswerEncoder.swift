import JSON
import Model

/// Writes a whole message.
enum MessagesAnswerEncoder {
    static func encode(_ answer: NeutralAnswer, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id(answer.id, context))
        writer.member("type", "message")
        writer.member("role", "assistant")
        writer.member("model", answer.model.isEmpty ? context.model : answer.model)
        writer.key("content")
        writer.beginArray()
        for part in answer.parts { write(part, context, &writer) }
        writer.endArray()
        writer.member("stop_reason", MessagesReasons.word(answer.stop))
        writer.key("stop_sequence")
        if case .stopSequence(.some(let sequence)) = answer.stop {
            writer.string(sequence)
        } else {
            writer.null()
        }
        writer.key("usage")
        MessagesUsage.write(answer.usage ?? Usage(), &writer)
        writer.endObject()
        return writer.bytes
    }

    /// An answer's id with the beginning that clients know.
    static func id(_ id: String?, _ context: AnswerContext) -> String {
        guard let id, !id.isEmpty else { return "msg_" + context.requestID }
        return id.hasPrefix("msg_") ? id : "msg_" + id
    }

    private static func write(
        _ part: Part,
        _ context: AnswerContext,
        _ writer: inout JSONWriter
    ) {
        switch part {
        case .text(let text): MessagesWriting.write(TextPart(text: text.text), &writer)
        case .refusal(let text): MessagesWriting.write(TextPart(text: text), &writer)
        case .reasoning(let thoughts): MessagesWriting.write(thoughts, &writer)
        case .toolCall(let call):
            MessagesWriting.write(
                call,
                id: CallID.hiding(call.signature, in: call.id),
                context.toolNames.client(call.name),
                &writer
            )
        case .image, .document, .audio, .toolResult: break
        }
    }
}
