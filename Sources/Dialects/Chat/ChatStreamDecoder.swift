import JSON
import Model

/// Reads the chunks of a streamed chat completion.
struct ChatStreamDecoder: StreamDecoding {
    private var hasBegun = false

    /// Takes a chunk and tells its steps.
    mutating func take(_ chunk: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        // An error may tell what was used up to it.
        if let usage = chunk["usage"],
            let counts = OpenAIUsage.read(usage.range, in: usage.source.bytes.span)
        {
            tell(.usage(counts))
        }
        if let error = chunk["error"], error.says {
            tell(.failure(FailureDecoder.decode(error: error, status: nil, .openAIChat)))
            return
        }
        begin(chunk, tell)
        guard let choices = chunk["choices"] else { return }
        for choice in choices.elements where choice["index"]?.integer ?? 0 == 0 {
            // A chunk may hold several steps; they come in this order.
            if let delta = choice["delta"] ?? choice["message"] { take(delta: delta, tell) }
            if let reason = ChatReasons.stop(choice["finish_reason"]?.repairedString) {
                tell(.stop(reason))
            }
        }
    }

    private mutating func begin(_ chunk: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        if hasBegun { return }
        // Azure's first chunk has neither id nor choices.
        guard let id = chunk["id"]?.repairedString, !id.isEmpty else { return }
        hasBegun = true
        tell(.begin(id: id, model: chunk["model"]?.repairedString))
    }

    private func take(delta: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        if let thoughts = delta["reasoning_content"] ?? delta["reasoning"],
            let text = thoughts.repairedString
        {
            tell(.reasoning(text))
        }
        if let blocks = delta["thinking_blocks"] {
            for block in blocks.elements {
                let isRedacted = block.spellsType("redacted_thinking")
                let carried = isRedacted ? block["data"] : block["signature"]
                guard
                    let signature = Signature(carried?.repairedString, carriedIn: .openAIChat)
                else { continue }
                tell(isRedacted ? .redactedReasoning(signature) : .signature(signature))
            }
        }
        if let text = delta["content"]?.repairedString { tell(.text(text)) }
        if let text = delta["refusal"]?.repairedString { tell(.refusal(text)) }
        if let calls = delta["tool_calls"] {
            for call in calls.elements { take(call: call, tell) }
        }
        if let function = delta["function_call"] {
            take(function: function, key: 0, id: nil, tell)
        }
    }

    private func take(call: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let function = call["function"] else { return }
        take(
            function: function,
            key: call["index"]?.integer ?? 0,
            id: call["id"]?.repairedString,
            tell
        )
    }

    private func take(
        function: JSONCursor,
        key: Int,
        id: String?,
        _ tell: (ProviderDelta) -> Void
    ) {
        let name = function["name"]?.repairedString
        let (plain, signature) = CallID.split(id ?? "")
        if !plain.isEmpty || name?.isEmpty == false {
            tell(.call(key: key, id: plain, name: name, signature: signature))
        }
        guard let arguments = function["arguments"] else { return }
        if let text = arguments.repairedString {
            tell(.arguments(key: key, text))
        } else if arguments.kind == .object {
            tell(.arguments(key: key, String(decoding: arguments.compact, as: UTF8.self)))
        }
    }
}
