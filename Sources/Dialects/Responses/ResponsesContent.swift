import JSON
import Model

/// Reads what items of input and output hold.
enum ResponsesContent {
    /// The parts of a `content` or an `output`: a text, or an array of parts.
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
        switch try part.text("type", path) {
        case "input_text", "output_text", "text":
            return .text(TextPart(text: try part.text("text", path)))
        case "refusal": return .refusal(try part.text("refusal", path))
        case "input_image":
            guard let url = part["image_url"] else {
                throw TranslationError(
                    path,
                    "a file that the provider keeps can't be reached by another"
                )
            }
            return .image(
                MediaPart(source: MediaSource(url: try url.text("\(path).image_url")))
            )
        case "input_file":
            guard let data = part["file_data"] ?? part["file_url"] else {
                throw TranslationError(
                    path,
                    "a file that the provider keeps can't be reached by another"
                )
            }
            return .document(
                MediaPart(
                    source: MediaSource(url: try data.text(path)),
                    name: try part.textIfAny("filename", path)
                )
            )
        default: throw TranslationError("\(path).type", "can't be carried to another provider")
        }
    }

    /// A call among the items.
    static func call(
        _ item: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> ToolCall {
        let (id, signature) = CallID.split(try item.text("call_id", path))
        let arguments = try item.textIfAny("arguments", path) ?? ""
        return ToolCall(
            id: id,
            name: try item.text("name", path),
            arguments: try CallArguments.read(arguments, "\(path).arguments", id: id),
            signature: signature
        )
    }

    /// The thoughts of an item.
    static func reasoning(_ item: JSONCursor) -> ReasoningPart {
        var texts: [String] = []
        for part in (item["summary"]?.elements).map(Array.init) ?? [] {
            if let text = part["text"]?.repairedString { texts.append(text) }
        }
        for part in (item["content"]?.elements).map(Array.init) ?? [] where texts.isEmpty {
            if let text = part["text"]?.repairedString { texts.append(text) }
        }
        let text = texts.joined(separator: "\n\n")
        let carried = item["encrypted_content"]?.repairedString
        var part = ReasoningPart(text: text, carried: carried, in: .openAIResponses)
        if let own = part.signature, own.origin == .openAIResponses {
            // The provider wants the item's id back too.
            part.signature?.value = (item["id"]?.repairedString ?? "") + "|" + own.value
        }
        return part
    }

    /// An item's id and encrypted content that a signature stands for; the id is nil where the
    /// signature is another provider's.
    static func identity(of thoughts: ReasoningPart) -> (id: String?, content: String)? {
        guard let signature = thoughts.signature else { return nil }
        guard signature.origin == .openAIResponses else {
            return thoughts.carriedSignature(in: .openAIResponses).map { (nil, $0) }
        }
        let fields = signature.value.split(
            separator: "|",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard fields.count == 2 else { return (nil, signature.value) }
        return (fields[0].isEmpty ? nil : String(fields[0]), String(fields[1]))
    }
}
