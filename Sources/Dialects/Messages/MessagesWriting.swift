import JSON
import Model

extension MessagesRequestEncoder {
    mutating func writeMessages(_ turns: [Turn]) throws(TranslationError) {
        writer.key("messages")
        writer.beginArray()
        for turn in turns {
            writer.beginObject()
            writer.member("role", turn.role == .assistant ? "assistant" : "user")
            writer.key("content")
            writer.beginArray()
            for part in turn.parts { try write(part) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func write(_ part: Part) throws(TranslationError) {
        switch part {
        case .text(let text): MessagesWriting.write(text, &writer)
        case .refusal(let text): MessagesWriting.write(TextPart(text: text), &writer)
        case .image(let image):
            writer.beginObject()
            writer.member("type", "image")
            MessagesWriting.write(image.source, &writer)
            MessagesWriting.write(image.cache, &writer)
            writer.endObject()
        case .document(let document):
            writer.beginObject()
            writer.member("type", "document")
            MessagesWriting.write(document.source, &writer)
            writer.member("title", document.name)
            MessagesWriting.write(document.cache, &writer)
            writer.endObject()
        case .audio:
            throw request.refusal(of: .conversation, "this provider takes no sound")
        case .reasoning(let thoughts): MessagesWriting.write(thoughts, &writer)
        case .toolCall(let call):
            let name = encoded.toolNames.provider(call.name)
            MessagesWriting.write(call, id: CallID.plain(call.id), name, &writer)
        case .toolResult(let result): try write(result)
        }
    }

    private mutating func write(_ result: ToolResult) throws(TranslationError) {
        writer.beginObject()
        writer.member("type", "tool_result")
        writer.member("tool_use_id", CallID.plain(result.callID))
        writer.key("content")
        writer.beginArray()
        for part in result.parts where part.text?.isBlank != true { try write(part) }
        writer.endArray()
        if result.isError { writer.member("is_error", true) }
        MessagesWriting.write(result.cache, &writer)
        writer.endObject()
    }
}

/// What requests and answers write alike.
enum MessagesWriting {
    /// Writes a text block.
    static func write(_ text: TextPart, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "text")
        writer.member("text", text.text)
        write(text.cache, &writer)
        writer.endObject()
    }

    /// Writes the mark behind a block, if there is one.
    static func write(_ cache: CacheMarker?, _ writer: inout JSONWriter) {
        guard let cache else { return }
        writer.key("cache_control")
        writer.beginObject()
        writer.member("type", "ephemeral")
        writer.member("ttl", cache.lifetime)
        writer.endObject()
    }

    /// Writes the `source` of an image or a document.
    static func write(_ source: MediaSource, _ writer: inout JSONWriter) {
        writer.key("source")
        writer.beginObject()
        switch source {
        case .data(let mediaType, let base64):
            writer.member("type", "base64")
            writer.member("media_type", mediaType)
            writer.member("data", base64)
        case .url(let url):
            writer.member("type", "url")
            writer.member("url", url)
        case .text(let text):
            writer.member("type", "text")
            writer.member("media_type", "text/plain")
            writer.member("data", text)
        }
        writer.endObject()
    }

    /// Writes thoughts with their signature.
    static func write(_ thoughts: ReasoningPart, _ writer: inout JSONWriter) {
        let signature = thoughts.signature?.carried(in: .anthropicMessages) ?? ""
        writer.beginObject()
        if thoughts.isRedacted {
            writer.member("type", "redacted_thinking")
            writer.member("data", signature)
        } else {
            writer.member("type", "thinking")
            writer.member("thinking", thoughts.text)
            writer.member("signature", signature)
        }
        writer.endObject()
    }

    /// Writes a call of a tool.
    static func write(
        _ call: ToolCall,
        id: String,
        _ name: String,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "tool_use")
        writer.member("id", id)
        writer.member("name", name)
        writer.key("input")
        writer.raw(call.arguments.span)
        write(call.cache, &writer)
        writer.endObject()
    }

    /// Writes the schema of a tool's arguments, which must be that of an object.
    static func writeInputSchema(_ schema: JSONCursor?, _ writer: inout JSONWriter) {
        writer.beginObject()
        if schema?["type"] == nil { writer.member("type", "object") }
        if schema?["type"] == nil, schema?["properties"] == nil {
            writer.key("properties")
            writer.beginObject()
            writer.endObject()
        }
        if let schema {
            for (name, value) in schema.members where value.kind != .null {
                writer.key(of: name)
                writer.value(value)
            }
        }
        writer.endObject()
    }
}
