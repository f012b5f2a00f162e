import JSON
import Model

/// Writes the chunks of a streamed chat completion.
struct ChatStreamEncoder: StreamEncoding {
    private let context: AnswerContext
    private var writer = JSONWriter()
    private var id: String
    private var model: String
    private var hasRole = false
    private var isCall = false
    private var isReasoning = false
    private var isRefusal = false
    private var hasArguments = false
    private var callCount = 0
    private var thoughtCount = 0
    private var hasRefused = false

    init(_ context: AnswerContext) {
        self.context = context
        id = "chatcmpl-" + context.requestID
        model = context.model
    }

    /// Writes a step.
    mutating func encode(_ delta: Delta, into output: inout [UInt8]) {
        switch delta {
        case .begin(let id, let model):
            if let id, !id.isEmpty { self.id = id }
            if let model, !model.isEmpty { self.model = model }
        case .open(let block): open(block, &output)
        case .more(let text): add(text, &output)
        case .signature(let signature):
            let thoughts = ReasoningPart(text: "", signature: signature)
            writeThinking(thoughts, &output)
        case .close:
            if isCall, !hasArguments { writeArguments("{}", &output) }
            isCall = false
        case .ping: break
        case .finish(let stop, let usage): finish(stop, usage, &output)
        case .end: output.append(contentsOf: "data: [DONE]\n\n".utf8)
        case .failure(let failure):
            writer.removeAll(keepingCapacity: true)
            FailureEncoder.write(failure, context, &writer)
            output.appendEvent(writer.bytes)
        }
    }

    private mutating func open(_ block: Block, _ output: inout [UInt8]) {
        isCall = false
        isReasoning = block == .reasoning
        isRefusal = block == .refusal
        hasRefused = hasRefused || isRefusal
        switch block {
        case .text, .refusal, .reasoning: break
        case .redactedReasoning(let signature):
            let thoughts = ReasoningPart(text: "", signature: signature, isRedacted: true)
            writeThinking(thoughts, &output)
        case .call(let id, let name, let signature):
            isCall = true
            hasArguments = false
            beginDelta()
            beginCall(callCount)
            callCount += 1
            writer.member("id", CallID.hiding(signature, in: id))
            writer.member("type", "function")
            writer.key("function")
            writer.beginObject()
            writer.member("name", context.toolNames.client(name))
            writer.member("arguments", "")
            writer.endObject()
            endCall()
            endDelta(nil, &output)
        }
    }

    private mutating func add(_ text: String, _ output: inout [UInt8]) {
        if isCall {
            writeArguments(text, &output)
            return
        }
        beginDelta()
        if isReasoning {
            writer.member("reasoning_content", text)
        } else if isRefusal {
            writer.member("refusal", text)
        } else {
            writer.member("content", text)
        }
        endDelta(nil, &output)
    }

    private mutating func writeArguments(_ text: String, _ output: inout [UInt8]) {
        hasArguments = true
        beginDelta()
        beginCall(callCount - 1)
        writer.key("function")
        writer.beginObject()
        writer.member("arguments", text)
        writer.endObject()
        endCall()
        endDelta(nil, &output)
    }

    private mutating func writeThinking(_ thoughts: ReasoningPart, _ output: inout [UInt8]) {
        beginDelta()
        writer.key("thinking_blocks")
        writer.beginArray()
        // Clients add up what comes by this number.
        ChatWriting.write(thoughts, text: "", index: thoughtCount, &writer)
        thoughtCount += 1
        writer.endArray()
        endDelta(nil, &output)
    }

    private mutating func finish(
        _ stop: StopReason,
        _ usage: Usage?,
        _ output: inout [UInt8]
    ) {
        beginDelta()
        endDelta(ChatReasons.word(stop, isInWords: hasRefused), &output)
        guard context.wantsStreamUsage, let usage else { return }
        beginChunk()
        writer.key("choices")
        writer.beginArray()
        writer.endArray()
        writer.key("usage")
        ChatUsage.write(usage, &writer)
        writer.endObject()
        output.appendEvent(writer.bytes)
    }
}

// MARK: Chunks

extension ChatStreamEncoder {
    private mutating func beginChunk() {
        writer.removeAll(keepingCapacity: true)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion.chunk")
        writer.member("created", context.created)
        writer.member("model", model)
    }

    private mutating func beginDelta() {
        beginChunk()
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.member("index", 0)
        writer.key("delta")
        writer.beginObject()
        if !hasRole {
            hasRole = true
            writer.member("role", "assistant")
        }
    }

    private mutating func endDelta(_ reason: String?, _ output: inout [UInt8]) {
        writer.endObject()
        writer.key("finish_reason")
        if let reason { writer.string(reason) } else { writer.null() }
        writer.endObject()
        writer.endArray()
        writer.endObject()
        output.appendEvent(writer.bytes)
    }

    private mutating func beginCall(_ index: Int) {
        writer.key("tool_calls")
        writer.beginArray()
        writer.beginObject()
        writer.member("index", index)
    }

    private mutating func endCall() {
        writer.endObject()
        writer.endArray()
    }
}

extension [UInt8] {
    /// Appends a server-sent event of JSON that has no line breaks.
    mutating func appendEvent(_ data: [UInt8]) {
        makeRoom(for: data.count + 8)
        append(contentsOf: "data: ".utf8)
        append(contentsOf: data)
        append(contentsOf: "\n\n".utf8)
    }

    /// One step of growing instead of one for each part; at least twofold, so that many events in
    /// one output are not copied for each of them.
    private mutating func makeRoom(for growth: Int) {
        if capacity - count < growth { reserveCapacity(Swift.max(count + growth, 2 * capacity)) }
    }

    /// Appends a named server-sent event of JSON that has no line breaks.
    mutating func appendEvent(_ name: StaticString, _ data: [UInt8]) {
        makeRoom(for: name.utf8CodeUnitCount + data.count + 16)
        append(contentsOf: "event: ".utf8)
        unsafe append(
            contentsOf: UnsafeBufferPointer(
                start: name.utf8Start,
                count: name.utf8CodeUnitCount
            )
        )
        append(0x0A)
        appendEvent(data)
    }
}
