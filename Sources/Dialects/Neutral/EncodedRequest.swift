import JSON
import Model

/// A request in a provider's dialect, and what its answer must be read with.
struct EncodedRequest {
    /// The request, a JSON object.
    var body: [UInt8] = []
    /// Members that were not carried over, by the client's names.
    var removed: [String]
    /// The tools' names.
    var toolNames = ToolNames()
    /// The tool that stands for the form of the answer.
    var formatTool: String?

    init(_ request: NeutralRequest) {
        removed = request.removed
        for tool in request.providerTools { removed.note(tool) }
    }

    mutating func noteRemoved(_ name: String) {
        removed.note(name)
    }
}

extension NeutralRequest {
    /// What the client calls something.
    func name(_ feature: Feature) -> String { feature.name(in: client) }

    /// Why a part can't be carried over.
    func refusal(of feature: Feature, _ reason: String) -> TranslationError {
        TranslationError(name(feature), reason)
    }

    /// Whom the client works for, as long as OpenAI takes it.
    var shortEndUser: String? { endUser.map { String($0.prefix(64)) } }

    /// Names of all tools, those of calls in the conversation included.
    var toolNames: [String] {
        var names = tools.map(\.name)
        for turn in turns {
            for part in turn.parts {
                if case .toolCall(let call) = part { names.append(call.name) }
            }
        }
        return names
    }

    /// The names of called tools by the ids of their calls.
    var calledTools: [String: String] {
        var names: [String: String] = [:]
        for turn in turns {
            for part in turn.parts {
                if case .toolCall(let call) = part { names[call.id] = call.name }
            }
        }
        return names
    }

    /// Whether the prompt has marks for the provider's cache.
    var hasCacheMarkers: Bool {
        system.contains { $0.cache != nil } || tools.contains { $0.cache != nil }
            || turns.contains { $0.parts.contains { $0.cache != nil } }
    }
}

extension Part {
    /// The mark behind the part.
    var cache: CacheMarker? {
        switch self {
        case .text(let text): text.cache
        case .image(let media), .document(let media), .audio(let media): media.cache
        case .toolCall(let call): call.cache
        case .toolResult(let result): result.cache
        case .refusal, .reasoning: nil
        }
    }

    /// The text of a part that is nothing else.
    var text: String? {
        switch self {
        case .text(let text): text.text
        case .refusal(let text): text
        case .image, .document, .audio, .reasoning, .toolCall, .toolResult: nil
        }
    }
}

extension String? {
    /// Adds to a text, which begins with what is added.
    mutating func add(_ text: String) {
        if self == nil { self = text } else { self?.append(text) }
    }
}

extension JSONWriter {
    /// Writes a member that is text.
    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a member that is text, if there is any.
    mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        string(text)
    }

    /// Writes a member that is a number, if there is any.
    mutating func member(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        key(name)
        integer(number)
    }

    /// Writes a member that is true or false, if it is said.
    mutating func member(_ name: StaticString, _ truth: Bool?) {
        guard let truth else { return }
        key(name)
        bool(truth)
    }

    /// Writes a member that is an array of texts.
    mutating func member(_ name: StaticString, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
