import JSON
import Model

/// Reads what messages hold.
enum MessagesContent {
    /// The parts of a `content`: a text, or an array of blocks.
    static func parts(
        _ content: JSONCursor?,
        _ path: @autoclosure () -> String
    ) throws(TranslationError) -> [Part] {
        guard let content else { return [] }
        if content.kind == .string {
            return [.text(TextPart(text: try content.text(path())))]
        }
        var parts: [Part] = []
        for (number, block) in try content.array(path()).enumerated() {
            parts.append(try part(block, "\(path())[\(number)]"))
        }
        return parts
    }

    private static func part(
        _ block: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> Part {
        let cache = block["cache_control"]?.cacheMarker
        switch try block.text("type", path) {
        case "text": return .text(TextPart(text: try block.text("text", path), cache: cache))
        case "image":
            return .image(MediaPart(source: try source(block, path), cache: cache))
        case "document":
            let name = try block.textIfAny("title", path)
            return .document(MediaPart(source: try source(block, path), name: name, cache: cache))
        case "thinking":
            return .reasoning(
                ReasoningPart(
                    text: try block.textIfAny("thinking", path) ?? "",
                    signature: Signature(
                        try block.textIfAny("signature", path),
                        carriedIn: .anthropicMessages
                    )
                )
            )
        case "redacted_thinking":
            let data = try block.text("data", path)
            return .reasoning(
                ReasoningPart(
                    text: "",
                    signature: Signature(data, carriedIn: .anthropicMessages),
                    isRedacted: true
                )
            )
        case "tool_use": return .toolCall(try call(block, path, cache))
        case "tool_result":
            return .toolResult(
                ToolResult(
                    callID: CallID.split(try block.text("tool_use_id", path)).id,
                    parts: try parts(block["content"], "\(path).content"),
                    isError: block["is_error"]?.bool ?? false,
                    cache: cache
                )
            )
        default:
            throw TranslationError("\(path).type", "can't be carried to a provider of another kind")
        }
    }

    private static func call(
        _ block: JSONCursor,
        _ path: String,
        _ cache: CacheMarker?
    ) throws(TranslationError) -> ToolCall {
        let (id, signature) = CallID.split(try block.text("id", path))
        return ToolCall(
            id: id,
            name: try block.text("name", path),
            arguments: try block["input"]?.object("\(path).input").compact ?? Array("{}".utf8),
            signature: signature,
            cache: cache
        )
    }

    private static func source(
        _ block: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> MediaSource {
        guard let source = block["source"] else {
            throw TranslationError("\(path).source", "is missing")
        }
        switch try source.text("type", "\(path).source") {
        case "base64":
            return .data(
                mediaType: try source.text("media_type", "\(path).source"),
                base64: try source.text("data", "\(path).source")
            )
        case "url": return .url(try source.text("url", "\(path).source"))
        case "text": return .text(try source.text("data", "\(path).source"))
        case "content":
            let parts = try parts(source["content"], "\(path).source.content")
            let texts = parts.compactMap(\.text)
            guard texts.count == parts.count else {
                throw TranslationError("\(path).source.content", "holds more than text")
            }
            return .text(texts.joined(separator: "\n"))
        default:
            throw TranslationError(
                "\(path).source.type",
                "a file that the provider keeps can't be reached by another"
            )
        }
    }
}
