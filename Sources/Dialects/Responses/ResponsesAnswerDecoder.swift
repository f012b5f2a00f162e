import JSON
import Model

/// Reads a whole response.
enum ResponsesAnswerDecoder {
    static func decode(_ root: JSONCursor) throws(ProviderFailure) -> NeutralAnswer {
        if let status = root["status"], status.spells("failed") || status.spells("cancelled") {
            throw ProviderFailure(status: 502, message: "The provider's response failed.")
        }
        guard let output = root["output"], output.kind == .array else {
            throw ProviderFailure(status: 502, message: "The provider's answer has no output.")
        }
        var answer = NeutralAnswer()
        answer.id = root["id"]?.repairedString ?? ""
        answer.model = root["model"]?.repairedString ?? ""
        for item in output.elements { take(item, &answer) }
        answer.stop = stop(root)
        answer.correctStop()
        if let usage = root["usage"] {
            answer.usage = OpenAIUsage.read(usage.range, in: usage.source.bytes.span)
        }
        return answer
    }

    /// Why a response ended; calls and refusals are told by what it holds.
    static func stop(_ response: JSONCursor) -> StopReason {
        guard let reason = response["incomplete_details"]?["reason"] else { return .endOfTurn }
        return reason.spells("content_filter") ? .refusal : .tokenLimit
    }

    private static func take(_ item: JSONCursor, _ answer: inout NeutralAnswer) {
        if item.spellsType("message") {
            for part in (item["content"]?.elements).map(Array.init) ?? [] {
                if let text = part["text"]?.repairedString, !text.isEmpty {
                    answer.parts.append(.text(TextPart(text: text)))
                } else if let text = part["refusal"]?.repairedString, !text.isEmpty {
                    answer.parts.append(.refusal(text))
                }
            }
        } else if item.spellsType("reasoning") {
            let thoughts = ResponsesContent.reasoning(item)
            if thoughts.signature != nil || !thoughts.text.isEmpty {
                answer.parts.append(.reasoning(thoughts))
            }
        } else if item.spellsType("function_call"), let name = item["name"]?.repairedString {
            let (id, signature) = CallID.split(item["call_id"]?.repairedString ?? "")
            let arguments = item["arguments"]?.repairedString ?? ""
            answer.parts.append(
                .toolCall(
                    ToolCall(
                        id: id,
                        name: name,
                        arguments: CallArguments.repaired(arguments),
                        signature: signature
                    )
                )
            )
        }
    }
}
