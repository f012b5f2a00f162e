import JSON
import Model

/// Reads the events of a streamed response.
struct ResponsesStreamDecoder: StreamDecoding {
    /// Whether the item that is told had its text in pieces.
    private var hadPieces = false

    /// Takes an event and tells its steps; unknown ones tell nothing.
    mutating func take(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let type = event["type"]?.repairedString else { return }
        switch type {
        case "response.created", "response.in_progress":
            guard let response = event["response"] else { return }
            tell(
                .begin(
                    id: response["id"]?.repairedString,
                    model: response["model"]?.repairedString
                )
            )
            takeUsage(response, tell)
        case "response.output_item.added":
            hadPieces = false
            tell(.boundary)
            if let item = event["item"] { takeCall(item, key(event), tell) }
        case "response.output_text.delta": takePiece(event, tell) { .text($0) }
        case "response.refusal.delta": takePiece(event, tell) { .refusal($0) }
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            takePiece(event, tell) { .reasoning($0) }
        case "response.reasoning_summary_part.added":
            if event["summary_index"]?.integer ?? 0 > 0 { tell(.reasoning("\n\n")) }
        case "response.function_call_arguments.delta":
            guard let text = event["delta"]?.repairedString else { return }
            tell(.arguments(key: key(event), text))
        case "response.function_call_arguments.done":
            guard let text = event["arguments"]?.repairedString else { return }
            tell(.allArguments(key: key(event), text))
        case "response.output_item.done": takeDone(event, tell)
        default: takeEnd(type, event, tell)
        }
    }

    private func takeEnd(
        _ type: String,
        _ event: JSONCursor,
        _ tell: (ProviderDelta) -> Void
    ) {
        let response = event["response"]
        switch type {
        case "response.completed", "response.incomplete":
            takeUsage(response, tell)
            if let response { tell(.stop(ResponsesAnswerDecoder.stop(response))) }
            tell(.end)
        case "response.failed", "error":
            takeUsage(response, tell)
            let error = response?["error"] ?? event["error"] ?? event
            let words = FailureDecoder.decode(error: error, status: nil, .openAIResponses)
            tell(.failure(words))
        default: break
        }
    }

    private func takeUsage(_ response: JSONCursor?, _ tell: (ProviderDelta) -> Void) {
        guard let usage = response?["usage"],
            let counts = OpenAIUsage.read(usage.range, in: usage.source.bytes.span)
        else { return }
        tell(.usage(counts))
    }

    private mutating func takePiece(
        _ event: JSONCursor,
        _ tell: (ProviderDelta) -> Void,
        _ delta: (String) -> ProviderDelta
    ) {
        hadPieces = true
        if let text = event["delta"]?.repairedString { tell(delta(text)) }
    }

    private func takeCall(_ item: JSONCursor, _ key: Int, _ tell: (ProviderDelta) -> Void) {
        guard item.spellsType("function_call") else { return }
        let (id, signature) = CallID.split(item["call_id"]?.repairedString ?? "")
        let name = item["name"]?.repairedString
        tell(.call(key: key, id: id, name: name, signature: signature))
    }

    /// Some providers tell an item only when it is over.
    private mutating func takeDone(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let item = event["item"] else { return }
        if item.spellsType("function_call") {
            takeCall(item, key(event), tell)
            let text = item["arguments"]?.repairedString ?? ""
            tell(.allArguments(key: key(event), text.isEmpty ? "{}" : text))
        } else if item.spellsType("reasoning") {
            let thoughts = ResponsesContent.reasoning(item)
            if !hadPieces, !thoughts.text.isEmpty { tell(.reasoning(thoughts.text)) }
            if let signature = thoughts.signature {
                tell(thoughts.isRedacted ? .redactedReasoning(signature) : .signature(signature))
            }
        } else if item.spellsType("message"), !hadPieces, let content = item["content"] {
            for part in content.elements {
                if let text = part["text"]?.repairedString { tell(.text(text)) }
                if let text = part["refusal"]?.repairedString { tell(.refusal(text)) }
            }
        }
        hadPieces = false
        tell(.boundary)
    }

    private func key(_ event: JSONCursor) -> Int { event["output_index"]?.integer ?? 0 }
}
