import JSON
import Model

/// The ids of calls in a conversation, which Gemini's clients tell apart by name and order.
struct GeminiCalls {
    /// The calls of one tool, and how far they are answered.
    private struct Queue {
        var ids: [String] = []
        var next = 0
    }

    private var count = 0
    private var queues: [String: Queue] = [:]
    private var open: Set<String> = []

    /// Names a call.
    mutating func add(_ name: String, _ told: String?) -> String {
        count += 1
        let id = told.flatMap { $0.isEmpty ? nil : $0 } ?? "call_\(count)"
        let plain = CallID.split(id).id
        queues[name, default: Queue()].ids.append(plain)
        open.insert(plain)
        return id
    }

    /// The id of the call that a result is of; nil when there is none.
    mutating func take(_ name: String, _ told: String?) -> String? {
        let id = told.map { CallID.split($0).id } ?? ""
        if !id.isEmpty, open.remove(id) != nil { return id }
        while let next = nextID(of: name) {
            if open.remove(next) != nil { return next }
        }
        return id.isEmpty ? nil : id
    }

    private mutating func nextID(of name: String) -> String? {
        guard let queue = queues[name], queue.next < queue.ids.count else { return nil }
        queues[name]?.next += 1
        return queue.ids[queue.next]
    }
}

/// Reads what contents hold.
enum GeminiContent {
    /// A part of a content.
    static func part(
        _ part: JSONCursor,
        _ path: String,
        _ calls: inout GeminiCalls
    ) throws(TranslationError) -> Part {
        let carried = part.either("thoughtSignature", "thought_signature")?.string
        if let text = part["text"] {
            let told = try text.text("\(path).text")
            if part["thought"]?.bool == true {
                return .reasoning(ReasoningPart(text: told, carried: carried, in: .gemini))
            }
            return .text(TextPart(text: told))
        }
        if part["thought"]?.bool == true {
            return .reasoning(ReasoningPart(text: "", carried: carried, in: .gemini))
        }
        if let data = part.either("inlineData", "inline_data") { return try media(data, path) }
        if let file = part.either("fileData", "file_data") { return try self.file(file, path) }
        if let call = part.either("functionCall", "function_call") {
            let name = try call.text("name", "\(path).functionCall")
            let (id, hidden) = CallID.split(calls.add(name, call["id"]?.string))
            return .toolCall(
                ToolCall(
                    id: id,
                    name: name,
                    arguments: try call["args"]?.object("\(path).functionCall.args").compact
                        ?? Array("{}".utf8),
                    signature: Signature(carried, carriedIn: .gemini) ?? hidden
                )
            )
        }
        if let response = part.either("functionResponse", "function_response") {
            return .toolResult(try result(response, path, &calls))
        }
        throw TranslationError(path, "can't be carried to another provider")
    }

    private static func media(
        _ data: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> Part {
        guard let type = data.either("mimeType", "mime_type") else {
            throw TranslationError("\(path).inlineData.mimeType", "is missing")
        }
        let mediaType = try type.text("\(path).inlineData.mimeType")
        let base64 = try data.text("data", "\(path).inlineData")
        let part = MediaPart(
            source: .data(mediaType: mediaType, base64: base64),
            name: data.either("displayName", "display_name")?.string
        )
        return try self.part(part, mediaType, path)
    }

    private static func file(
        _ file: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> Part {
        guard let uri = file.either("fileUri", "file_uri") else {
            throw TranslationError("\(path).fileData.fileUri", "is missing")
        }
        let url = try uri.text("\(path).fileData.fileUri")
        let isKept = url.contains("generativelanguage.googleapis.com/")
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), !isKept else {
            throw TranslationError(
                "\(path).fileData.fileUri",
                "a file that the provider keeps can't be reached by another"
            )
        }
        let type = file.either("mimeType", "mime_type")?.string ?? "image/*"
        return try part(MediaPart(source: .url(url)), type, path)
    }

    private static func part(
        _ media: MediaPart,
        _ type: String,
        _ path: String
    ) throws(TranslationError) -> Part {
        if type.hasPrefix("image/") { return .image(media) }
        if type.hasPrefix("audio/") { return .audio(media) }
        if type.hasPrefix("text/") || type.hasPrefix("application/") { return .document(media) }
        throw TranslationError(path, "no other dialect takes \(type)")
    }

    private static func result(
        _ response: JSONCursor,
        _ path: String,
        _ calls: inout GeminiCalls
    ) throws(TranslationError) -> ToolResult {
        let name = try response.text("name", "\(path).functionResponse")
        guard let id = calls.take(name, response["id"]?.string) else {
            throw TranslationError("\(path).functionResponse", "is the result of no call")
        }
        var result = ToolResult(callID: id, name: name, parts: [])
        guard let value = response["response"] else { return result }
        var text = String(decoding: value.compact, as: UTF8.self)
        let members = Array(value.members)
        if members.count == 1, let key = members[0].name.string, let told = members[0].value.string
        {
            if key == "error" { result.isError = true }
            if ["error", "result", "output"].contains(key) { text = told }
        }
        result.parts = [.text(TextPart(text: text))]
        return result
    }
}
