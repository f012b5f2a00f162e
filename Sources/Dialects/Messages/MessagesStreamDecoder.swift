import JSON
import Model

/// Reads the events of a streamed message.
struct MessagesStreamDecoder: StreamDecoding {
    private var usage: Usage?
    /// The block that is told, if it is the client's tool; its number is the call's key.
    private var kind = Kind.none
    /// The whole input of a call that began with it.
    private var input: String?

    private enum Kind {
        /// No block is open.
        case none
        case text, thinking, call
        /// A tool of the provider's own, its result, or what is not known.
        case other
    }

    /// Takes an event and tells its steps; unknown ones tell nothing.
    mutating func take(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let type = event["type"] else { return }
        if type.spells("content_block_delta") {
            takeDelta(event, tell)
        } else if type.spells("content_block_start") {
            takeStart(event, tell)
        } else if type.spells("content_block_stop") {
            takeStop(event, tell)
        } else if type.spells("message_start") {
            guard let message = event["message"] else { return }
            tell(
                .begin(
                    id: message["id"]?.repairedString,
                    model: message["model"]?.repairedString
                )
            )
            takeUsage(message["usage"], tell)
        } else if type.spells("message_delta") {
            takeUsage(event["usage"], tell)
            let delta = event["delta"]
            let sequence = delta?["stop_sequence"]?.repairedString
            let word = delta?["stop_reason"]?.repairedString
            if let reason = MessagesReasons.stop(word, sequence: sequence) { tell(.stop(reason)) }
        } else if type.spells("message_stop") {
            tell(.end)
        } else if type.spells("ping") {
            tell(.ping)
        } else if type.spells("error") {
            takeUsage(event["usage"], tell)
            let error = event["error"] ?? event
            tell(.failure(FailureDecoder.decode(error: error, status: nil, .anthropicMessages)))
        }
    }

    private mutating func takeUsage(_ value: JSONCursor?, _ tell: (ProviderDelta) -> Void) {
        guard let value, value.kind == .object else { return }
        AnthropicMessages.merge(value.range, in: value.source.bytes.span, into: &usage)
        if let usage { tell(.usage(usage)) }
    }

    private mutating func takeStart(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let block = event["content_block"] else { return }
        tell(.boundary)
        kind = .other
        input = nil
        if block.spellsType("text") {
            kind = .text
            if let text = block["text"]?.repairedString { tell(.text(text)) }
        } else if block.spellsType("thinking") {
            kind = .thinking
            if let text = block["thinking"]?.repairedString { tell(.reasoning(text)) }
        } else if block.spellsType("redacted_thinking") {
            let data = Signature(block["data"]?.repairedString, carriedIn: .anthropicMessages)
            if let data { tell(.redactedReasoning(data)) }
        } else if block.spellsType("tool_use") {
            kind = .call
            let (id, signature) = CallID.split(block["id"]?.repairedString ?? "")
            let name = block["name"]?.repairedString
            tell(.call(key: key(event), id: id, name: name, signature: signature))
            if let whole = block["input"], whole.says {
                input = String(decoding: whole.compact, as: UTF8.self)
            }
        }
    }

    /// Some providers tell a block's pieces without its beginning.
    private mutating func takeDelta(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        guard let delta = event["delta"] else { return }
        if delta.spellsType("text_delta") {
            if kind == .other { return }
            if let text = delta["text"]?.repairedString { tell(.text(text)) }
        } else if delta.spellsType("thinking_delta") {
            if let text = delta["thinking"]?.repairedString { tell(.reasoning(text)) }
        } else if delta.spellsType("signature_delta") {
            let text = delta["signature"]?.repairedString
            if let signature = Signature(text, carriedIn: .anthropicMessages) {
                tell(.signature(signature))
            }
        } else if delta.spellsType("input_json_delta") {
            guard kind == .call, let text = delta["partial_json"]?.repairedString else { return }
            tell(.arguments(key: key(event), text))
        }
    }

    private mutating func takeStop(_ event: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        if kind == .call { tell(.allArguments(key: key(event), input ?? "{}")) }
        kind = .none
        tell(.boundary)
    }

    private func key(_ event: JSONCursor) -> Int { event["index"]?.integer ?? 0 }
}
