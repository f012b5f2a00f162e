import JSON
import Model

/// Writes a whole response.
enum ResponsesAnswerEncoder {
    static func encode(_ answer: NeutralAnswer, _ context: AnswerContext) -> [UInt8] {
        var items: [[UInt8]] = []
        for part in answer.parts {
            var writer = JSONWriter()
            write(part, items.count, context, &writer)
            if !writer.bytes.isEmpty { items.append(writer.bytes) }
        }
        var writer = JSONWriter()
        ResponsesObject.write(
            ResponsesObject(
                id: ResponsesObject.id(answer.id, context),
                model: answer.model.isEmpty ? context.model : answer.model,
                created: context.created,
                stop: answer.stop,
                usage: answer.usage,
                hasRefusal: answer.refuses,
                items: items
            ),
            &writer
        )
        return writer.bytes
    }

    private static func write(
        _ part: Part,
        _ number: Int,
        _ context: AnswerContext,
        _ writer: inout JSONWriter
    ) {
        let suffix = "\(context.requestID)_\(number)"
        switch part {
        case .text(let text):
            ResponsesObject.writeMessage(
                id: "msg_" + suffix,
                .text,
                text.text,
                &writer
            )
        case .refusal(let text):
            ResponsesObject.writeMessage(id: "msg_" + suffix, .refusal, text, &writer)
        case .reasoning(let thoughts):
            let identity = ResponsesContent.identity(of: thoughts)
            ResponsesWriting.write(
                thoughts,
                id: identity?.id ?? "rs_" + suffix,
                content: identity?.content,
                &writer
            )
        case .toolCall(let call):
            let name = context.toolNames.client(call.name)
            ResponsesWriting.write(call, name: name, item: "fc_" + suffix, &writer)
        case .image, .document, .audio, .toolResult: break
        }
    }
}

/// A response as a whole, as an answer and as the last event of a stream have it.
struct ResponsesObject {
    /// How far a response is.
    enum Progress {
        case inProgress, ended
        case failed(ProviderFailure)
    }

    let id: String
    let model: String
    let created: Int
    var progress = Progress.ended
    var stop = StopReason.endOfTurn
    var usage: Usage?
    /// Whether the model refused in words, which makes an answer like any other.
    var hasRefusal = false
    /// The items of output, JSON each.
    var items: [[UInt8]] = []

    /// A response's id with the beginning that clients know.
    static func id(_ id: String?, _ context: AnswerContext) -> String {
        guard let id, !id.isEmpty else { return "resp_" + context.requestID }
        return id.hasPrefix("resp_") ? id : "resp_" + id
    }

    /// Writes a response.
    static func write(_ response: ResponsesObject, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", response.id)
        writer.member("object", "response")
        writer.member("created_at", response.created)
        writer.member("status", response.status)
        writer.key("error")
        if case .failed(let failure) = response.progress {
            write(failure, &writer)
        } else {
            writer.null()
        }
        writer.key("incomplete_details")
        if let reason = response.incompleteReason {
            writer.beginObject()
            writer.member("reason", reason)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("model", response.model)
        writer.key("output")
        writer.beginArray()
        for item in response.items { writer.raw(item.span) }
        writer.endArray()
        writer.member("parallel_tool_calls", true)
        writer.member("store", false)
        writer.member("tool_choice", "auto")
        writer.key("tools")
        writer.beginArray()
        writer.endArray()
        writer.key("usage")
        if let usage = response.usage { write(usage, &writer) } else { writer.null() }
        writer.endObject()
    }

    private var status: String {
        switch progress {
        case .inProgress: "in_progress"
        case .failed: "failed"
        case .ended: incompleteReason == nil ? "completed" : "incomplete"
        }
    }

    private var incompleteReason: String? {
        guard case .ended = progress else { return nil }
        return ResponsesReasons.incompleteness(stop, isInWords: hasRefusal)
    }

    private static func write(_ failure: ProviderFailure, _ writer: inout JSONWriter) {
        let words = FailureWords.of(status: failure.status)
        writer.beginObject()
        writer.member("code", failure.code ?? words.code ?? words.chat)
        writer.member("message", failure.message)
        writer.endObject()
    }

    private static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        let input = usage.input + usage.cacheRead + usage.cacheWrite
        writer.beginObject()
        writer.member("input_tokens", input)
        writer.key("input_tokens_details")
        writer.beginObject()
        writer.member("cached_tokens", usage.cacheRead)
        if usage.cacheWrite > 0 { writer.member("cache_write_tokens", usage.cacheWrite) }
        writer.endObject()
        writer.member("output_tokens", usage.output)
        writer.key("output_tokens_details")
        writer.beginObject()
        writer.member("reasoning_tokens", usage.reasoning)
        writer.endObject()
        writer.member("total_tokens", input + usage.output)
        writer.endObject()
    }

    /// Writes the item of a text or a refusal.
    static func writeMessage(
        id: String,
        _ kind: MessageKind,
        _ text: String,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "message")
        writer.member("id", id)
        writer.member("status", "completed")
        writer.member("role", "assistant")
        writer.key("content")
        writer.beginArray()
        writePart(kind, text, &writer)
        writer.endArray()
        writer.endObject()
    }

    /// Writes what a message holds.
    static func writePart(_ kind: MessageKind, _ text: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        switch kind {
        case .text:
            writer.member("type", "output_text")
            writer.member("text", text)
            writer.member("annotations", [])
            writer.member("logprobs", [])
        case .refusal:
            writer.member("type", "refusal")
            writer.member("refusal", text)
        }
        writer.endObject()
    }

    /// What a message holds.
    enum MessageKind {
        case text, refusal
    }
}
