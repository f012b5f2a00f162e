import JSON
import Model

/// Writes the events of a streamed response.
///
/// The last event tells the whole response again, so that what was told is kept; how long an answer
/// may be is `DeltaSequence`'s limit.
struct ResponsesStreamEncoder: StreamEncoding {
    private let context: AnswerContext
    private var writer = JSONWriter()
    private var response: ResponsesObject
    private var sequence = 0
    private var hasBegun = false
    private var block = Block.text
    /// The text, thoughts or arguments of the open block.
    private var text = ""
    private var signature: Signature?

    init(_ context: AnswerContext) {
        self.context = context
        response = ResponsesObject(
            id: ResponsesObject.id(nil, context),
            model: context.model,
            created: context.created,
            progress: .inProgress
        )
    }

    /// Writes a step.
    mutating func encode(_ delta: Delta, into output: inout [UInt8]) {
        switch delta {
        case .begin(let id, let model): begin(id, model, &output)
        case .open(let block): open(block, &output)
        case .more(let text): add(text, &output)
        case .signature(let signature): self.signature = signature
        case .close: close(&output)
        case .ping: break
        case .finish(let stop, let usage):
            response.stop = stop
            response.usage = usage
        case .end:
            response.progress = .ended
            let isWhole = response.stop != .tokenLimit && response.stop != .contextLimit
            let isFiltered = response.stop == .refusal && !response.hasRefusal
            writeResponse(
                isWhole && !isFiltered ? "response.completed" : "response.incomplete",
                &output
            )
        case .failure(let failure): fail(failure, &output)
        }
    }

    private mutating func begin(
        _ id: String?,
        _ model: String?,
        _ output: inout [UInt8]
    ) {
        hasBegun = true
        response = ResponsesObject(
            id: ResponsesObject.id(id, context),
            model: model.flatMap { $0.isEmpty ? nil : $0 } ?? context.model,
            created: context.created,
            progress: .inProgress
        )
        writeResponse("response.created", &output)
        writeResponse("response.in_progress", &output)
    }

    private mutating func fail(_ failure: ProviderFailure, _ output: inout [UInt8]) {
        if hasBegun {
            response.progress = .failed(failure)
            writeResponse("response.failed", &output)
            return
        }
        let words = FailureWords.of(status: failure.status)
        beginEvent("error")
        writer.member("code", failure.code ?? words.code ?? words.chat)
        writer.member("message", failure.message)
        writer.key("param")
        if let parameter = failure.parameter { writer.string(parameter) } else { writer.null() }
        endEvent("error", &output)
    }

    // MARK: Items

    private var number: Int { response.items.count }

    private var itemID: String {
        let suffix = "\(context.requestID)_\(number)"
        return switch block {
        case .text, .refusal: "msg_" + suffix
        case .reasoning, .redactedReasoning: "rs_" + suffix
        case .call: "fc_" + suffix
        }
    }

    private mutating func open(_ block: Block, _ output: inout [UInt8]) {
        self.block = block
        text = ""
        signature = nil
        beginEvent("response.output_item.added")
        writer.member("output_index", number)
        writer.key("item")
        writer.beginObject()
        switch block {
        case .text, .refusal:
            writer.member("type", "message")
            writer.member("id", itemID)
            writer.member("status", "in_progress")
            writer.member("role", "assistant")
            writer.member("content", [])
        case .reasoning, .redactedReasoning:
            writer.member("type", "reasoning")
            writer.member("id", itemID)
            writer.member("summary", [])
        case .call(let id, let name, let signature):
            writer.member("type", "function_call")
            writer.member("id", itemID)
            writer.member("status", "in_progress")
            writer.member("call_id", CallID.hiding(signature, in: id))
            writer.member("name", context.toolNames.client(name))
            writer.member("arguments", "")
        }
        writer.endObject()
        endEvent("response.output_item.added", &output)
        guard let kind else { return }
        beginItemEvent("response.content_part.added")
        writer.member("content_index", 0)
        writer.key("part")
        ResponsesObject.writePart(kind, "", &writer)
        endEvent("response.content_part.added", &output)
    }

    private var kind: ResponsesObject.MessageKind? {
        switch block {
        case .text: .text
        case .refusal: .refusal
        case .reasoning, .redactedReasoning, .call: nil
        }
    }

    private mutating func add(_ more: String, _ output: inout [UInt8]) {
        let isFirst = text.isEmpty
        text += more
        switch block {
        case .text:
            beginItemEvent("response.output_text.delta")
            writer.member("content_index", 0)
            writer.member("delta", more)
            writer.member("logprobs", [])
            endEvent("response.output_text.delta", &output)
        case .refusal:
            beginItemEvent("response.refusal.delta")
            writer.member("content_index", 0)
            writer.member("delta", more)
            endEvent("response.refusal.delta", &output)
        case .reasoning:
            if isFirst { writeSummaryPart("response.reasoning_summary_part.added", "", &output) }
            beginItemEvent("response.reasoning_summary_text.delta")
            writer.member("summary_index", 0)
            writer.member("delta", more)
            endEvent("response.reasoning_summary_text.delta", &output)
        case .call:
            beginItemEvent("response.function_call_arguments.delta")
            writer.member("delta", more)
            endEvent("response.function_call_arguments.delta", &output)
        case .redactedReasoning: break
        }
    }

    private mutating func close(_ output: inout [UInt8]) {
        closeContent(&output)
        var item = JSONWriter()
        switch block {
        case .text: ResponsesObject.writeMessage(id: itemID, .text, text, &item)
        case .refusal:
            response.hasRefusal = true
            ResponsesObject.writeMessage(id: itemID, .refusal, text, &item)
        case .reasoning: writeThoughts(ReasoningPart(text: text, signature: signature), &item)
        case .redactedReasoning(let signature):
            let thoughts = ReasoningPart(text: "", signature: signature, isRedacted: true)
            writeThoughts(thoughts, &item)
        case .call(let id, let name, let signature):
            let call = ToolCall(
                id: id,
                name: name,
                arguments: Array((text.isEmpty ? "{}" : text).utf8),
                signature: signature
            )
            let known = context.toolNames.client(name)
            ResponsesWriting.write(call, name: known, item: itemID, &item)
        }
        beginEvent("response.output_item.done")
        writer.member("output_index", number)
        writer.key("item")
        writer.raw(item.bytes.span)
        endEvent("response.output_item.done", &output)
        response.items.append(item.bytes)
        text = ""
    }

    private func writeThoughts(_ thoughts: ReasoningPart, _ item: inout JSONWriter) {
        let identity = ResponsesContent.identity(of: thoughts)
        ResponsesWriting.write(thoughts, id: itemID, content: identity?.content, &item)
    }

    private mutating func closeContent(_ output: inout [UInt8]) {
        switch block {
        case .text, .refusal:
            guard let kind else { return }
            let name: StaticString =
                kind == .text ? "response.output_text.done" : "response.refusal.done"
            beginItemEvent(name)
            writer.member("content_index", 0)
            writer.member(kind == .text ? "text" : "refusal", text)
            if kind == .text { writer.member("logprobs", []) }
            endEvent(name, &output)
            beginItemEvent("response.content_part.done")
            writer.member("content_index", 0)
            writer.key("part")
            ResponsesObject.writePart(kind, text, &writer)
            endEvent("response.content_part.done", &output)
        case .reasoning:
            if text.isEmpty { return }
            beginItemEvent("response.reasoning_summary_text.done")
            writer.member("summary_index", 0)
            writer.member("text", text)
            endEvent("response.reasoning_summary_text.done", &output)
            writeSummaryPart("response.reasoning_summary_part.done", text, &output)
        case .call:
            beginItemEvent("response.function_call_arguments.done")
            writer.member("arguments", text.isEmpty ? "{}" : text)
            endEvent("response.function_call_arguments.done", &output)
        case .redactedReasoning: break
        }
    }

    private mutating func writeSummaryPart(
        _ name: StaticString,
        _ text: String,
        _ output: inout [UInt8]
    ) {
        beginItemEvent(name)
        writer.member("summary_index", 0)
        writer.key("part")
        writer.beginObject()
        writer.member("type", "summary_text")
        writer.member("text", text)
        writer.endObject()
        endEvent(name, &output)
    }

    // MARK: Events

    private mutating func writeResponse(_ name: StaticString, _ output: inout [UInt8]) {
        beginEvent(name)
        writer.key("response")
        ResponsesObject.write(response, &writer)
        endEvent(name, &output)
    }

    private mutating func beginEvent(_ name: StaticString) {
        writer.removeAll(keepingCapacity: true)
        writer.beginObject()
        writer.member("type", name.description)
        writer.member("sequence_number", sequence)
        sequence += 1
    }

    private mutating func beginItemEvent(_ name: StaticString) {
        beginEvent(name)
        writer.member("item_id", itemID)
        writer.member("output_index", number)
    }

    private mutating func endEvent(_ name: StaticString, _ output: inout [UInt8]) {
        writer.endObject()
        output.appendEvent(name, writer.bytes)
    }
}
