import JSON
import Model

/// Reads what chat messages hold.
enum ChatContent {
    /// The parts of a `content`: a text, or an array of parts.
    static func parts(
        _ content: JSONCursor?,
        _ path: @autoclosure () -> String
    ) throws(TranslationError) -> [Part] {
        guard let content else { return [] }
        if content.kind == .string {
            return [.text(TextPart(text: try content.text(path())))]
        }
        var parts: [Part] = []
        for (number, part) in try content.array(path()).enumerated() {
            parts.append(try self.part(part, "\(path())[\(number)]"))
        }
        return parts
    }

    private static func part(
        _ part: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> Part {
        let cache = part["cache_control"]?.cacheMarker
        switch try part.text("type", path) {
        case "text", "input_text", "output_text":
            return .text(TextPart(text: try part.text("text", path), cache: cache))
        case "refusal": return .refusal(try part.text("refusal", path))
        case "image_url":
            guard let image = part["image_url"] else {
                throw TranslationError("\(path).image_url", "is missing")
            }
            let url =
                image.kind == .string
                ? try image.text("\(path).image_url") : try image.text("url", "\(path).image_url")
            return .image(MediaPart(source: MediaSource(url: url), cache: cache))
        case "file":
            guard let file = part["file"], let data = file["file_data"] else {
                throw TranslationError(
                    "\(path).file",
                    "a file that the provider keeps can't be reached by another"
                )
            }
            return .document(
                MediaPart(
                    source: MediaSource(url: try data.text("\(path).file.file_data")),
                    name: try file.textIfAny("filename", "\(path).file"),
                    cache: cache
                )
            )
        case "input_audio":
            let audio = part["input_audio"] ?? part
            let format = try audio.text("format", "\(path).input_audio")
            let data = try audio.text("data", "\(path).input_audio")
            return .audio(
                MediaPart(source: .data(mediaType: "audio/\(format)", base64: data), cache: cache)
            )
        default: throw TranslationError("\(path).type", "is not a known kind of content")
        }
    }

    /// The thoughts of an assistant's message, or of an answer: `thinking_blocks` where there are
    /// any, else `reasoning_content`.
    static func reasoning(
        _ message: JSONCursor,
        _ path: @autoclosure () -> String
    ) throws(TranslationError) -> [Part] {
        let told =
            try message.textIfAny("reasoning_content", path())
            ?? message["reasoning"]?.string ?? ""
        var parts: [Part] = []
        if let blocks = message["thinking_blocks"] {
            for block in try blocks.array("\(path()).thinking_blocks") {
                if block.spellsType("redacted_thinking") {
                    guard
                        let signature = Signature(block["data"]?.string, carriedIn: .openAIChat)
                    else { continue }
                    parts.append(
                        .reasoning(ReasoningPart(text: "", signature: signature, isRedacted: true))
                    )
                } else {
                    let text = try block.textIfAny("thinking", path()) ?? ""
                    let signature = Signature(block["signature"]?.string, carriedIn: .openAIChat)
                    parts.append(.reasoning(ReasoningPart(text: text, signature: signature)))
                }
            }
        }
        // A stream tells the text of thoughts apart from their signature.
        if case .reasoning(var only) = parts.first, parts.count == 1, only.text.isEmpty,
            !only.isRedacted
        {
            only.text = told
            return [.reasoning(only)]
        }
        if parts.isEmpty, !told.isEmpty {
            return [.reasoning(ReasoningPart(text: told, signature: nil))]
        }
        return parts
    }

    /// A call among an assistant's `tool_calls`.
    static func call(
        _ call: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> ToolCall {
        guard let function = call["function"] else {
            throw TranslationError("\(path).function", "is missing: only functions are translated")
        }
        let (id, signature) = CallID.split(try call.textIfAny("id", path) ?? "")
        let arguments = try function.textIfAny("arguments", "\(path).function") ?? ""
        return ToolCall(
            id: id,
            name: try function.text("name", "\(path).function"),
            arguments: try CallArguments.read(arguments, "\(path).function.arguments", id: id),
            signature: signature,
            cache: call["cache_control"]?.cacheMarker
        )
    }
}

/// A call's arguments.
enum CallArguments {
    /// The object that a text is; the empty text is an empty object.
    static func read(
        _ text: String,
        _ path: @autoclosure () -> String,
        id: String
    ) throws(TranslationError) -> [UInt8] {
        guard let arguments = object(text) else {
            throw TranslationError(path(), "of the call \(id) is not a JSON object")
        }
        return arguments
    }

    /// The object that a provider's text is meant to be; what is none becomes a member of one.
    static func repaired(_ text: String) -> [UInt8] {
        if let arguments = object(text) { return arguments }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("raw_arguments")
        writer.string(text)
        writer.endObject()
        return writer.bytes
    }

    private static func object(_ text: String) -> [UInt8]? {
        if text.utf8.allSatisfy({ $0 <= 0x20 }) { return Array("{}".utf8) }
        do throws(ScanError) {
            let root = try JSONText(text.utf8Span.span).root
            switch root.kind {
            case .object: return root.compact
            case .null: return Array("{}".utf8)
            case .string, .number, .array, .true, .false: return nil
            }
        } catch {
            return nil
        }
    }
}

extension JSONCursor {
    /// The mark that a `cache_control` is.
    var cacheMarker: CacheMarker? {
        kind == .object ? CacheMarker(lifetime: self["ttl"]?.string) : nil
    }

    /// Whether the value's `type` is this.
    func spellsType(_ word: StaticString) -> Bool { self["type"]?.spells(word) ?? false }
}
