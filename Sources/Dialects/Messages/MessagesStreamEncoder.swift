import JSON
import Model

/// Writes the events of a streamed message.
struct MessagesStreamEncoder: StreamEncoding {
    private let context: AnswerContext
    private var writer = JSONWriter()
    /// The number of the open block, or of the next.
    private var index = 0
    private var open = Block.text

    init(_ context: AnswerContext) {
        self.context = context
    }

    /// Writes a step.
    mutating func encode(_ delta: Delta, into output: inout [UInt8]) {
        switch delta {
        case .begin(let id, let model): begin(id, model, &output)
        case .open(let block): open(block, &output)
        case .more(let text): add(text, &output)
        case .signature(let signature):
            writeDelta("signature_delta", "signature", carried(signature), &output)
        case .close:
            beginEvent("content_block_stop")
            writer.member("index", index)
            endEvent("content_block_stop", &output)
            index += 1
        case .ping:
            beginEvent("ping")
            endEvent("ping", &output)
        case .finish(let stop, let usage): finish(stop, usage, &output)
        case .end:
            beginEvent("message_stop")
            endEvent("message_stop", &output)
        case .failure(let failure):
            writer.removeAll(keepingCapacity: true)
            FailureEncoder.write(failure, context, &writer)
            output.appendEvent("error", writer.bytes)
        }
    }

    private mutating func begin(
        _ id: String?,
        _ model: String?,
        _ output: inout [UInt8]
    ) {
        beginEvent("message_start")
        writer.key("message")
        writer.beginObject()
        writer.member("id", MessagesAnswerEncoder.id(id, context))
        writer.member("type", "message")
        writer.member("role", "assistant")
        writer.member("model", model.flatMap { $0.isEmpty ? nil : $0 } ?? context.model)
        writer.key("content")
        writer.beginArray()
        writer.endArray()
        writer.key("stop_reason")
        writer.null()
        writer.key("stop_sequence")
        writer.null()
        writer.key("usage")
        // Clients show from here how full the context is.
        MessagesUsage.write(Usage(input: context.estimatedInput), &writer)
        writer.endObject()
        endEvent("message_start", &output)
    }

    private mutating func open(_ block: Block, _ output: inout [UInt8]) {
        open = block
        beginEvent("content_block_start")
        writer.member("index", index)
        writer.key("content_block")
        writer.beginObject()
        switch block {
        case .text, .refusal:
            writer.member("type", "text")
            writer.member("text", "")
        case .reasoning:
            writer.member("type", "thinking")
            writer.member("thinking", "")
            writer.member("signature", "")
        case .redactedReasoning(let signature):
            writer.member("type", "redacted_thinking")
            writer.member("data", carried(signature))
        case .call(let id, let name, let signature):
            writer.member("type", "tool_use")
            writer.member("id", CallID.hiding(signature, in: id))
            writer.member("name", context.toolNames.client(name))
            writer.key("input")
            writer.beginObject()
            writer.endObject()
        }
        writer.endObject()
        endEvent("content_block_start", &output)
    }

    private mutating func add(_ text: String, _ output: inout [UInt8]) {
        switch open {
        case .text, .refusal: writeDelta("text_delta", "text", text, &output)
        case .reasoning: writeDelta("thinking_delta", "thinking", text, &output)
        case .call: writeDelta("input_json_delta", "partial_json", text, &output)
        case .redactedReasoning: break
        }
    }

    private mutating func writeDelta(
        _ type: StaticString,
        _ name: StaticString,
        _ text: String,
        _ output: inout [UInt8]
    ) {
        beginEvent("content_block_delta")
        writer.member("index", index)
        writer.key("delta")
        writer.beginObject()
        writer.key("type")
        writer.string(type.description)
        writer.member(name, text)
        writer.endObject()
        endEvent("content_block_delta", &output)
    }

    private mutating func finish(
        _ stop: StopReason,
        _ usage: Usage?,
        _ output: inout [UInt8]
    ) {
        beginEvent("message_delta")
        writer.key("delta")
        writer.beginObject()
        writer.member("stop_reason", MessagesReasons.word(stop))
        writer.key("stop_sequence")
        if case .stopSequence(.some(let sequence)) = stop {
            writer.string(sequence)
        } else {
            writer.null()
        }
        writer.endObject()
        writer.key("usage")
        MessagesUsage.write(usage ?? Usage(input: context.estimatedInput), &writer)
        endEvent("message_delta", &output)
    }

    private func carried(_ signature: Signature) -> String {
        signature.carried(in: .anthropicMessages)
    }

    private mutating func beginEvent(_ type: String) {
        writer.removeAll(keepingCapacity: true)
        writer.beginObject()
        writer.member("type", type)
    }

    private mutating func endEvent(_ type: StaticString, _ output: inout [UInt8]) {
        writer.endObject()
        output.appendEvent(type, writer.bytes)
    }
}
