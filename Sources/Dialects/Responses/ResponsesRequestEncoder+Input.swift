import JSON
import Model

/// The conversation.
extension ResponsesRequestEncoder {
    mutating func writeInput() throws(TranslationError) {
        writer.key("input")
        writer.beginArray()
        for turn in request.turns {
            switch turn.role {
            case .user: try writeUser(turn)
            case .system: try writeMessage("developer", turn.parts)
            case .assistant: writeAssistant(turn)
            }
        }
        writer.endArray()
    }

    private mutating func writeUser(_ turn: Turn) throws(TranslationError) {
        var rest: [Part] = []
        for part in turn.parts {
            if case .toolResult(let result) = part { try write(result) } else { rest.append(part) }
        }
        if !rest.isEmpty || turn.parts.isEmpty { try writeMessage("user", rest) }
    }

    private mutating func write(_ result: ToolResult) throws(TranslationError) {
        var parts = result.parts
        if result.isError {
            let first = parts.first?.plainText
            if first != nil { parts.removeFirst() }
            parts.insert(.text(TextPart(text: "Error: " + (first ?? ""))), at: 0)
        }
        writer.beginObject()
        writer.member("type", "function_call_output")
        writer.member("call_id", result.callID)
        writer.key("output")
        try write(content: parts)
        writer.endObject()
    }

    private mutating func writeMessage(
        _ role: String,
        _ parts: [Part]
    ) throws(TranslationError) {
        writer.beginObject()
        writer.member("role", role)
        writer.key("content")
        try write(content: parts)
        writer.endObject()
    }

    private mutating func write(content parts: [Part]) throws(TranslationError) {
        if parts.isEmpty { return writer.string("") }
        if parts.count == 1, let text = parts[0].plainText { return writer.string(text) }
        writer.beginArray()
        for part in parts { try write(part) }
        writer.endArray()
    }

    private mutating func write(_ part: Part) throws(TranslationError) {
        writer.beginObject()
        switch part {
        case .text, .refusal, .reasoning, .toolCall, .toolResult:
            writer.member("type", "input_text")
            writer.member("text", part.plainText ?? "")
        case .image(let image):
            writer.member("type", "input_image")
            writer.member("image_url", image.source.url ?? "")
            writer.member("detail", "auto")
        case .document(let document):
            switch document.source {
            case .text(let text):
                writer.member("type", "input_text")
                writer.member("text", text)
            case .url(let url):
                writer.member("type", "input_file")
                writer.member("file_url", url)
            case .data:
                writer.member("type", "input_file")
                writer.member("filename", document.name ?? "document.pdf")
                writer.member("file_data", document.source.url ?? "")
            }
        case .audio:
            throw request.refusal(of: .conversation, "this provider takes no sound")
        }
        writer.endObject()
    }

    private mutating func writeAssistant(_ turn: Turn) {
        var text: String?
        for part in turn.parts {
            if let more = part.plainText {
                text.add(more)
                continue
            }
            writeAssistantText(&text)
            switch part {
            case .reasoning(let thoughts): write(thoughts)
            case .toolCall(let call):
                ResponsesWriting.write(
                    call,
                    name: encoded.toolNames.provider(call.name),
                    item: nil,
                    &writer
                )
            case .text, .refusal, .toolResult, .image, .document, .audio:
                encoded.noteRemoved(request.name(.conversation))
            }
        }
        writeAssistantText(&text)
    }

    private mutating func writeAssistantText(_ text: inout String?) {
        guard let told = text else { return }
        text = nil
        writer.beginObject()
        writer.member("role", "assistant")
        writer.member("content", told)
        writer.endObject()
    }

    private mutating func write(_ thoughts: ReasoningPart) {
        guard thoughts.signature?.origin == .openAIResponses,
            let identity = ResponsesContent.identity(of: thoughts)
        else {
            encoded.noteRemoved(request.name(.thoughts))
            return
        }
        ResponsesWriting.write(thoughts, id: identity.id, content: identity.content, &writer)
    }
}

/// What requests and answers write alike.
enum ResponsesWriting {
    /// Writes the item of a call; an item of an answer has an id.
    static func write(
        _ call: ToolCall,
        name: String,
        item: String?,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "function_call")
        if let item {
            writer.member("id", item)
            writer.member("status", "completed")
        }
        writer.member("call_id", CallID.hiding(item == nil ? nil : call.signature, in: call.id))
        writer.member("name", name)
        writer.key("arguments")
        writer.string(call.arguments.span)
        writer.endObject()
    }

    /// Writes the item of thoughts.
    static func write(
        _ thoughts: ReasoningPart,
        id: String?,
        content: String?,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "reasoning")
        writer.member("id", id)
        writer.key("summary")
        writer.beginArray()
        if !thoughts.text.isEmpty {
            writer.beginObject()
            writer.member("type", "summary_text")
            writer.member("text", thoughts.text)
            writer.endObject()
        }
        writer.endArray()
        writer.member("encrypted_content", content)
        writer.endObject()
    }
}
