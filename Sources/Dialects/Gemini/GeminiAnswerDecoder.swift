import JSON
import Model

/// Reads a whole answer of generateContent.
enum GeminiAnswerDecoder {
    static func decode(_ root: JSONCursor) throws(ProviderFailure) -> NeutralAnswer {
        var answer = NeutralAnswer()
        answer.id = root.responseID ?? ""
        answer.model = root["modelVersion"]?.repairedString ?? ""
        if let usage = root["usageMetadata"] {
            answer.usage = Gemini.usage(usage.range, in: usage.source.bytes.span)
        }
        guard let candidate = root["candidates"]?.elements.first(where: { _ in true }) else {
            guard root["promptFeedback"]?["blockReason"] != nil else {
                let message = "The provider's answer has no candidate."
                throw ProviderFailure(status: 502, message: message)
            }
            answer.stop = .refusal
            return answer
        }
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements {
                if let part = self.part(part) { answer.parts.append(part) }
            }
        }
        if let reason = candidate["finishReason"] { answer.stop = try stop(reason) }
        answer.correctStop()
        return answer
    }

    /// Why an answer ended.
    static func stop(_ reason: JSONCursor) throws(ProviderFailure) -> StopReason {
        switch reason.repairedString ?? "" {
        case "MAX_TOKENS": return .tokenLimit
        case "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII":
            return .refusal
        case "MALFORMED_FUNCTION_CALL":
            throw ProviderFailure(status: 502, message: "The model called a tool malformed.")
        case let word where word.hasPrefix("IMAGE_"): return .refusal
        default: return .endOfTurn
        }
    }

    /// What a part says; images that a model makes have no place in other dialects.
    private static func part(_ part: JSONCursor) -> Part? {
        let carried = part["thoughtSignature"]?.repairedString
        if let call = part["functionCall"], let name = call["name"]?.repairedString {
            let (id, hidden) = CallID.split(call["id"]?.repairedString ?? "")
            return .toolCall(
                ToolCall(
                    id: id,
                    name: name,
                    arguments: call["args"]?.compact ?? Array("{}".utf8),
                    signature: Signature(carried, carriedIn: .gemini) ?? hidden
                )
            )
        }
        guard let text = part["text"]?.repairedString else { return nil }
        if part["thought"]?.bool == true {
            return .reasoning(ReasoningPart(text: text, carried: carried, in: .gemini))
        }
        return text.isEmpty ? nil : .text(TextPart(text: text))
    }
}

extension JSONCursor {
    /// The id of an answer.
    var responseID: String? { self["responseId"]?.repairedString }
}
