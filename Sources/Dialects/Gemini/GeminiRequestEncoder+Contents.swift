import JSON
import Model

/// A turn as Gemini's providers take it.
private struct GeminiTurn {
    /// Whose it is; results of tools stand apart from what else the user says.
    enum Side {
        case user, model, results
    }

    let side: Side
    var parts: [Part]
}

extension GeminiRequestEncoder {
    /// What a provider takes for the signature of a call that is not its own.
    static let foreignSignature = "skip_thought_signature_validator"

    mutating func writeContents() throws(TranslationError) {
        let names = request.calledTools
        writer.key("contents")
        writer.beginArray()
        for turn in turns() {
            writer.beginObject()
            writer.member("role", turn.side == .model ? "model" : "user")
            writer.key("parts")
            writer.beginArray()
            var needsSignature = target.geminiThinking == .level
            for part in turn.parts { try write(part, names, &needsSignature) }
            // A turn must say something in words.
            if turn.parts.isEmpty || turn.side == .user && !turn.parts.contains(where: \.isText) {
                writeText(" ")
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func turns() -> [GeminiTurn] {
        var turns: [GeminiTurn] = []
        func add(_ side: GeminiTurn.Side, _ parts: [Part]) {
            if turns.last?.side == side {
                turns[turns.count - 1].parts += parts
            } else {
                turns.append(GeminiTurn(side: side, parts: parts))
            }
        }
        var lost = false
        for turn in request.turns {
            if turn.role == .assistant {
                let kept = turn.parts.filter(isKept)
                lost = lost || kept.count < turn.parts.count
                if !kept.isEmpty { add(.model, kept) }
                continue
            }
            let results = turn.parts.filter(\.isResult)
            let rest = turn.parts.filter { !$0.isResult }
            if !results.isEmpty { add(.results, results) }
            let shown = results.flatMap(\.mediaOfResult) + rest
            if !shown.isEmpty || results.isEmpty { add(.user, shown) }
        }
        if lost { encoded.noteRemoved(request.name(.thoughts)) }
        return inOrderOfCalls(turns)
    }

    /// Thoughts of other providers are not taken back.
    private func isKept(_ part: Part) -> Bool {
        guard case .reasoning(let thoughts) = part else { return true }
        return thoughts.signature?.origin == .gemini
    }

    /// Results must come in the order of the calls before them.
    private func inOrderOfCalls(_ turns: [GeminiTurn]) -> [GeminiTurn] {
        var ordered = turns
        var places: [String: Int] = [:]
        for place in turns.indices {
            switch turns[place].side {
            case .model:
                for part in turns[place].parts {
                    if case .toolCall(let call) = part { places[call.id] = places.count }
                }
            case .results:
                ordered[place].parts = turns[place].parts.enumerated().sorted { first, second in
                    let one = first.element.callID.flatMap { places[$0] } ?? Int.max
                    let other = second.element.callID.flatMap { places[$0] } ?? Int.max
                    return (one, first.offset) < (other, second.offset)
                }.map(\.element)
            case .user: break
            }
        }
        return ordered
    }

    private mutating func writeText(_ text: String) {
        writer.beginObject()
        writer.member("text", text)
        writer.endObject()
    }

    private mutating func write(
        _ part: Part,
        _ names: [String: String],
        _ needsSignature: inout Bool
    ) throws(TranslationError) {
        switch part {
        case .text(let text): writeText(text.text.isEmpty ? " " : text.text)
        case .refusal(let text): writeText(text)
        case .image(let media): write(media, type: "image/jpeg")
        case .audio(let media): write(media, type: "audio/wav")
        case .document(let media): write(media, type: "application/pdf")
        case .reasoning(let thoughts):
            GeminiWriting.write(thoughts, carried: thoughts.signature?.value, &writer)
        case .toolCall(let call):
            var signature: String?
            if let own = call.signature, own.origin == .gemini {
                signature = own.value
            } else if needsSignature {
                signature = Self.foreignSignature
            }
            needsSignature = false
            let name = encoded.toolNames.provider(call.name)
            GeminiWriting.write(call, id: nil, name, signature, &writer)
        case .toolResult(let result):
            guard let name = names[result.callID] ?? result.name else {
                throw request.refusal(
                    of: .conversation,
                    "has the result of a call that is not in it: \(result.callID)"
                )
            }
            write(result, name: encoded.toolNames.provider(name))
        }
    }

    private mutating func write(_ media: MediaPart, type: String) {
        switch media.source {
        case .text(let text): writeText(text)
        case .data(let mediaType, let base64):
            writer.beginObject()
            writer.key("inlineData")
            writer.beginObject()
            writer.member("mimeType", mediaType)
            writer.member("data", base64)
            writer.endObject()
            writer.endObject()
        case .url(let url):
            writer.beginObject()
            writer.key("fileData")
            writer.beginObject()
            writer.member("mimeType", Self.mediaType(of: url) ?? type)
            writer.member("fileUri", url)
            writer.endObject()
            writer.endObject()
        }
    }

    /// What the end of an URL's path tells of the file.
    private static func mediaType(of url: String) -> String? {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return switch path.split(separator: ".").last?.lowercased() {
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "pdf": "application/pdf"
        case "mp3": "audio/mp3"
        case "wav": "audio/wav"
        default: nil
        }
    }

    private mutating func write(_ result: ToolResult, name: String) {
        let text = result.parts.compactMap(\.plainText).joined(separator: "\n")
        writer.beginObject()
        writer.key("functionResponse")
        writer.beginObject()
        writer.member("name", name)
        writer.key("response")
        if !result.isError, let object = Self.object(text) {
            writer.raw(object.span)
        } else {
            writer.beginObject()
            if result.isError {
                writer.member("error", text)
            } else {
                writer.member("result", text)
            }
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func object(_ text: String) -> [UInt8]? {
        guard text.utf8.first == UInt8(ascii: "{") else { return nil }
        do throws(ScanError) {
            return try JSONText(text.utf8Span.span).root.compact
        } catch {
            return nil
        }
    }
}

extension Part {
    fileprivate var isText: Bool { plainText.map { !$0.isEmpty } ?? false }

    fileprivate var callID: String? {
        if case .toolResult(let result) = self { result.callID } else { nil }
    }

    /// What a result shows; it must be said by the user there.
    fileprivate var mediaOfResult: [Part] {
        guard case .toolResult(let result) = self else { return [] }
        return result.parts.filter { $0.plainText == nil }
    }
}

/// What requests and answers write alike.
enum GeminiWriting {
    /// Writes a call with its signature.
    static func write(
        _ call: ToolCall,
        id: String?,
        _ name: String,
        _ signature: String?,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("functionCall")
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.key("args")
        writer.raw(call.arguments.span)
        writer.endObject()
        writer.member("thoughtSignature", signature)
        writer.endObject()
    }

    /// Writes thoughts.
    static func write(
        _ thoughts: ReasoningPart,
        carried: String?,
        _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("text", thoughts.text)
        writer.member("thought", true)
        writer.member("thoughtSignature", carried)
        writer.endObject()
    }
}
