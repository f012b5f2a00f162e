import JSON

/// The conversation.
extension ChatRequestEncoder {
    mutating func writeMessages() throws(TranslationError) {
        writer.key("messages")
        writer.beginArray()
        if !request.system.isEmpty {
            try writeMessage("system", request.system.map { .text($0) })
        }
        for turn in request.turns {
            switch turn.role {
            case .user: try writeUser(turn)
            case .system: try writeMessage("system", turn.parts)
            case .assistant: writeAssistant(turn)
            }
        }
        writer.endArray()
    }

    /// Results go before what else the user says; their images, which few providers take there,
    /// behind them.
    private mutating func writeUser(_ turn: Turn) throws(TranslationError) {
        var shown: [Part] = []
        var rest: [Part] = []
        var hasResults = false
        for part in turn.parts {
            guard case .toolResult(let result) = part else {
                rest.append(part)
                continue
            }
            hasResults = true
            shown += try writeResult(result)
        }
        rest = shown + rest
        if !rest.isEmpty || !hasResults { try writeMessage("user", rest) }
    }

    /// Writes a result; gives what of it must be said by the user.
    private mutating func writeResult(
        _ result: ToolResult
    ) throws(TranslationError) -> [Part] {
        var texts: [String] = []
        var others: [Part] = []
        for part in result.parts {
            if let text = part.plainText { texts.append(text) } else { others.append(part) }
        }
        if result.isError { texts = ["Error: " + (texts.first ?? "")] + texts.dropFirst() }
        writer.beginObject()
        writer.member("role", "tool")
        writer.member("tool_call_id", result.callID)
        writer.key("content")
        if texts.count < 2 {
            writer.string(texts.first ?? "")
        } else {
            writer.beginArray()
            for text in texts { writeText(text) }
            writer.endArray()
        }
        writer.endObject()
        return others
    }

    private mutating func writeMessage(
        _ role: String,
        _ parts: [Part]
    ) throws(TranslationError) {
        writer.beginObject()
        writer.member("role", role)
        writer.key("content")
        if parts.isEmpty {
            writer.string("")
        } else if parts.count == 1, let text = parts[0].plainText {
            writer.string(text)
        } else {
            writer.beginArray()
            for part in parts { try write(part) }
            writer.endArray()
        }
        writer.endObject()
    }

    private mutating func write(_ part: Part) throws(TranslationError) {
        switch part {
        case .text, .refusal, .reasoning, .toolCall, .toolResult: writeText(part.plainText ?? "")
        case .image(let image):
            writer.beginObject()
            writer.member("type", "image_url")
            writer.key("image_url")
            writer.beginObject()
            writer.member("url", image.source.url ?? "")
            writer.endObject()
            writer.endObject()
        case .document(let document): try write(document)
        case .audio(let audio):
            guard case .data(let type, let base64) = audio.source else {
                throw request.refusal(of: .conversation, "sound must be sent itself, not its URL")
            }
            writer.beginObject()
            writer.member("type", "input_audio")
            writer.key("input_audio")
            writer.beginObject()
            writer.member("data", base64)
            writer.member("format", String(type.split(separator: "/").last ?? "wav"))
            writer.endObject()
            writer.endObject()
        }
    }

    private mutating func write(_ document: MediaPart) throws(TranslationError) {
        switch document.source {
        case .text(let text): writeText(text)
        case .url:
            throw request.refusal(
                of: .conversation,
                "a document must be sent itself, not its URL, to this provider"
            )
        case .data:
            writer.beginObject()
            writer.member("type", "file")
            writer.key("file")
            writer.beginObject()
            writer.member("filename", document.name ?? "document.pdf")
            writer.member("file_data", document.source.url ?? "")
            writer.endObject()
            writer.endObject()
        }
    }

    private mutating func writeText(_ text: String) {
        writer.beginObject()
        writer.member("type", "text")
        writer.member("text", text)
        writer.endObject()
    }

    private mutating func writeAssistant(_ turn: Turn) {
        var text: String?
        var refusal: String?
        var thoughts = ""
        var calls: [ToolCall] = []
        for part in turn.parts {
            switch part {
            case .text(let part): text.add(part.text)
            case .refusal(let part): refusal.add(part)
            case .reasoning(let part): thoughts += part.text
            case .toolCall(let call): calls.append(call)
            case .image, .document, .audio, .toolResult:
                encoded.noteRemoved(request.name(.conversation))
            }
        }
        writer.beginObject()
        writer.member("role", "assistant")
        writer.key("content")
        if let text {
            writer.string(text)
        } else if calls.isEmpty {
            // Of a turn that was nothing but thoughts nothing may be left.
            writer.string("")
        } else {
            writer.null()
        }
        writer.member("refusal", refusal)
        if target.takesReasoningContent, !thoughts.isEmpty {
            writer.member("reasoning_content", thoughts)
        } else if !thoughts.isEmpty {
            encoded.noteRemoved(request.name(.thoughts))
        }
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in calls {
                ChatWriting.write(call, encoded.toolNames.provider(call.name), &writer)
            }
            writer.endArray()
        }
        writer.endObject()
    }
}

extension Part {
    /// The text of a part that a dialect of plain text can hold: of a document too.
    var plainText: String? {
        if case .document(let document) = self, case .text(let text) = document.source {
            return text
        }
        return text
    }
}

/// What requests and answers write alike.
enum ChatWriting {
    /// Writes a call with its arguments as text.
    static func write(_ call: ToolCall, _ name: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", call.id)
        writer.member("type", "function")
        writer.key("function")
        writer.beginObject()
        writer.member("name", name)
        writer.key("arguments")
        writer.string(call.arguments.span)
        writer.endObject()
        writer.endObject()
    }
}
