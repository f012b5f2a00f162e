import JSON
import Model

/// Writes a whole chat completion.
enum ChatAnswerEncoder {
    static func encode(_ answer: NeutralAnswer, _ context: AnswerContext) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", answer.id.isEmpty ? "chatcmpl-" + context.requestID : answer.id)
        writer.member("object", "chat.completion")
        writer.member("created", context.created)
        writer.member("model", answer.model.isEmpty ? context.model : answer.model)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.member("index", 0)
        writer.key("message")
        write(answer, context, &writer)
        writer.key("logprobs")
        writer.null()
        writer.member("finish_reason", ChatReasons.word(answer.stop, isInWords: answer.refuses))
        if case .stopSequence(let sequence) = answer.stop {
            writer.member("stop_sequence", sequence)
        } else if answer.stop == .pause {
            writer.member("native_finish_reason", "pause_turn")
        }
        writer.endObject()
        writer.endArray()
        if let usage = answer.usage {
            writer.key("usage")
            ChatUsage.write(usage, &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ answer: NeutralAnswer,
        _ context: AnswerContext,
        _ writer: inout JSONWriter
    ) {
        var text: String?
        var refusal: String?
        var thoughts: [ReasoningPart] = []
        var calls: [ToolCall] = []
        for part in answer.parts {
            switch part {
            case .text(let part): text.add(part.text)
            case .refusal(let part): refusal.add(part)
            case .reasoning(let part): thoughts.append(part)
            case .toolCall(let call): calls.append(call)
            case .image, .document, .audio, .toolResult: break
            }
        }
        writer.beginObject()
        writer.member("role", "assistant")
        writer.key("content")
        if let text {
            writer.string(text)
        } else if calls.isEmpty, refusal == nil {
            writer.string("")
        } else {
            writer.null()
        }
        writer.key("refusal")
        if let refusal { writer.string(refusal) } else { writer.null() }
        write(thoughts, &writer)
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for var call in calls {
                call.id = CallID.hiding(call.signature, in: call.id)
                ChatWriting.write(call, context.toolNames.client(call.name), &writer)
            }
            writer.endArray()
        }
        writer.endObject()
    }

    private static func write(_ thoughts: [ReasoningPart], _ writer: inout JSONWriter) {
        let text = thoughts.map(\.text).joined()
        if !text.isEmpty { writer.member("reasoning_content", text) }
        let signed = thoughts.filter { $0.signature != nil }
        if signed.isEmpty { return }
        writer.key("thinking_blocks")
        writer.beginArray()
        for part in signed { ChatWriting.write(part, text: part.text, &writer) }
        writer.endArray()
    }
}

extension ChatWriting {
    /// Writes thoughts as the extension in which clients give them back.
    static func write(
        _ thoughts: ReasoningPart,
        text: String,
        index: Int? = nil,
        _ writer: inout JSONWriter
    ) {
        let signature = thoughts.signature?.carried(in: .openAIChat) ?? ""
        writer.beginObject()
        writer.member("index", index)
        if thoughts.isRedacted {
            writer.member("type", "redacted_thinking")
            writer.member("data", signature)
        } else {
            writer.member("type", "thinking")
            writer.member("thinking", text)
            writer.member("signature", signature)
        }
        writer.endObject()
    }
}
