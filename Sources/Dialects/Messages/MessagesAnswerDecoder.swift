import JSON
import Model

/// Reads a whole message.
enum MessagesAnswerDecoder {
    static func decode(_ root: JSONCursor) throws(ProviderFailure) -> NeutralAnswer {
        guard let content = root["content"], content.kind == .array else {
            throw ProviderFailure(status: 502, message: "The provider's answer has no content.")
        }
        var answer = NeutralAnswer()
        answer.id = root["id"]?.repairedString ?? ""
        answer.model = root["model"]?.repairedString ?? ""
        for block in content.elements {
            if let part = part(block) { answer.parts.append(part) }
        }
        answer.stop =
            MessagesReasons.stop(
                root["stop_reason"]?.repairedString,
                sequence: root["stop_sequence"]?.repairedString
            ) ?? .endOfTurn
        if let usage = root["usage"] {
            AnthropicMessages.merge(usage.range, in: usage.source.bytes.span, into: &answer.usage)
        }
        return answer
    }

    /// What a block says; nothing for the calls of the provider's own tools and their results.
    private static func part(_ block: JSONCursor) -> Part? {
        if block.spellsType("text") {
            let text = block["text"]?.repairedString ?? ""
            return text.isEmpty ? nil : .text(TextPart(text: text))
        }
        if block.spellsType("thinking") {
            let signature = Signature(
                block["signature"]?.repairedString,
                carriedIn: .anthropicMessages
            )
            let text = block["thinking"]?.repairedString ?? ""
            return .reasoning(ReasoningPart(text: text, signature: signature))
        }
        if block.spellsType("redacted_thinking") {
            let data = Signature(block["data"]?.repairedString, carriedIn: .anthropicMessages)
            return .reasoning(ReasoningPart(text: "", signature: data, isRedacted: true))
        }
        guard block.spellsType("tool_use"), let name = block["name"]?.repairedString else {
            return nil
        }
        let (id, signature) = CallID.split(block["id"]?.repairedString ?? "")
        let arguments = block["input"]?.compact ?? Array("{}".utf8)
        return .toolCall(
            ToolCall(id: id, name: name, arguments: arguments, signature: signature)
        )
    }
}
