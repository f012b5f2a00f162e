package import Model

/// A step of a streamed answer, as the provider's dialect tells it.
///
/// Steps may overlap and repeat each other, as some providers' do; `DeltaSequence` puts them in
/// order.
enum ProviderDelta {
    case begin(id: String?, model: String?)
    case text(String)
    case refusal(String)
    case reasoning(String)
    /// The signature of the thoughts before it.
    case signature(Signature)
    /// Thoughts that are in their signature alone.
    case redactedReasoning(Signature)
    /// The text or thoughts that are being told are over: more of the kind is another block.
    case boundary
    /// A call begins, or what is told of it grows; the key tells the calls of an answer apart.
    case call(key: Int, id: String?, name: String?, signature: Signature?)
    /// A piece of a call's arguments.
    case arguments(key: Int, String)
    /// All of a call's arguments, told again or for the first time.
    case allArguments(key: Int, String)
    case usage(Usage)
    case stop(StopReason)
    case failure(ProviderFailure)
    case ping
    /// Nothing comes after it.
    case end
}

extension ProviderDelta {
    /// What the model says in it that was not told before.
    var said: String? {
        switch self {
        case .text(let text), .refusal(let text), .reasoning(let text), .arguments(_, let text):
            text
        case .begin, .signature, .redactedReasoning, .boundary, .call, .allArguments, .usage,
            .stop, .failure, .ping, .end:
            nil
        }
    }

    /// The bytes that the step adds to an answer.
    var byteCount: Int {
        switch self {
        case .text(let text), .refusal(let text), .reasoning(let text), .arguments(_, let text),
            .allArguments(_, let text):
            text.utf8.count
        case .signature(let signature), .redactedReasoning(let signature):
            signature.value.utf8.count
        // An id and a name, and what is kept of every call.
        case .call: 256
        case .begin, .boundary, .usage, .stop, .failure, .ping, .end: 0
        }
    }
}

/// A step of a streamed answer: what a client is told.
///
/// First comes `begin`, once. Blocks are opened and closed one after the other, never two at once.
/// `finish` and `end` come once, or `failure` once in their place.
package enum Delta: Sendable {
    case begin(id: String?, model: String?)
    case open(Block)
    /// More of the open block: text, thoughts, or a call's arguments.
    case more(String)
    /// The signature of the thoughts that are open.
    case signature(Signature)
    case close
    case ping
    case finish(StopReason, Usage?)
    case end
    case failure(ProviderFailure)
}

/// What a stream tells one after the other.
package enum Block: Sendable, Equatable {
    case text, refusal, reasoning
    /// Thoughts that are in their signature alone.
    case redactedReasoning(Signature)
    case call(id: String, name: String, signature: Signature?)
}
