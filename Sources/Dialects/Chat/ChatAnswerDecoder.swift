import JSON

/// Reads a whole chat completion.
enum ChatAnswerDecoder {
    static func decode(_ root: JSONCursor) throws(ProviderFailure) -> NeutralAnswer {
        guard let choice = root["choices"]?.elements.first(where: { _ in true }),
            let message = choice["message"]
        else { throw ProviderFailure(status: 502, message: "The provider's answer has no choice.") }
        var answer = NeutralAnswer()
        answer.id = root["id"]?.repairedString ?? ""
        answer.model = root["model"]?.repairedString ?? ""
        answer.parts = parts(message)
        answer.stop = ChatReasons.stop(choice["finish_reason"]?.repairedString) ?? .endOfTurn
        answer.correctStop()
        if let usage = root["usage"] {
            answer.usage = OpenAIUsage.read(usage.range, in: usage.source.bytes.span)
        }
        return answer
    }

    private static func parts(_ message: JSONCursor) -> [Part] {
        var parts = thoughts(message)
        let text = text(message["content"])
        if !text.isEmpty { parts.append(.text(TextPart(text: text))) }
        if let refusal = message["refusal"]?.repairedString, !refusal.isEmpty {
            parts.append(.refusal(refusal))
        }
        guard let calls = message["tool_calls"] else { return parts }
        for call in calls.elements {
            guard let function = call["function"], let name = function["name"]?.repairedString,
                !name.isEmpty
            else { continue }
            let (id, signature) = CallID.split(call["id"]?.repairedString ?? "")
            parts.append(
                .toolCall(
                    ToolCall(
                        id: id,
                        name: name,
                        arguments: arguments(function["arguments"]),
                        signature: signature
                    )
                )
            )
        }
        return parts
    }

    private static func arguments(_ value: JSONCursor?) -> [UInt8] {
        guard let value else { return Array("{}".utf8) }
        // Some providers send the object itself.
        if value.kind == .object { return value.compact }
        return CallArguments.repaired(value.repairedString ?? "")
    }

    private static func text(_ content: JSONCursor?) -> String {
        guard let content else { return "" }
        if let text = content.repairedString { return text }
        var text = ""
        for part in content.elements { text += part["text"]?.repairedString ?? "" }
        return text
    }

    private static func thoughts(_ message: JSONCursor) -> [Part] {
        do throws(TranslationError) {
            let parts = try ChatContent.reasoning(message, "message")
            if !parts.isEmpty { return parts }
        } catch {
            // Thoughts of another form; what follows reads them as text.
        }
        let told = message["reasoning_content"] ?? message["reasoning"]
        guard let text = told?.repairedString, !text.isEmpty else { return [] }
        return [.reasoning(ReasoningPart(text: text, signature: nil))]
    }
}
