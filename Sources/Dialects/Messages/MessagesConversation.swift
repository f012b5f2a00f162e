import Model

/// A conversation as Anthropic's providers take it: turns of both sides one after the other, none
/// of them empty.
enum MessagesConversation {
    /// The turns of a request.
    static func turns(of request: NeutralRequest) throws(TranslationError) -> [Turn] {
        var turns: [Turn] = []
        for turn in request.turns {
            let role: Role = turn.role == .assistant ? .assistant : .user
            var parts = turn.parts.compactMap(kept)
            if role == .assistant { parts = thoughtsFirst(parts) }
            if parts.isEmpty, role == .assistant { continue }
            if turns.last?.role == role {
                turns[turns.count - 1].parts += parts
            } else {
                turns.append(Turn(role: role, parts: parts))
            }
        }
        for place in turns.indices where turns[place].role == .user {
            turns[place].parts = resultsFirst(turns[place].parts)
            // A turn must not be empty.
            if turns[place].parts.isEmpty { turns[place].parts = [.text(TextPart(text: "."))] }
        }
        guard turns.first?.role != .assistant else {
            throw request.refusal(of: .conversation, "must begin with the user")
        }
        trimEnd(&turns)
        return turns
    }

    /// A part that says anything; thoughts only with the signature of such a provider.
    private static func kept(_ part: Part) -> Part? {
        switch part {
        case .text(let text): text.text.isBlank ? nil : part
        case .refusal(let text): text.isBlank ? nil : .text(TextPart(text: text))
        case .reasoning(let thoughts):
            thoughts.signature?.origin == .anthropicMessages ? part : nil
        case .image, .document, .audio, .toolCall, .toolResult: part
        }
    }

    private static func thoughtsFirst(_ parts: [Part]) -> [Part] {
        parts.filter(\.isReasoning) + parts.filter { !$0.isReasoning }
    }

    private static func resultsFirst(_ parts: [Part]) -> [Part] {
        parts.filter(\.isResult) + parts.filter { !$0.isResult }
    }

    /// The last words of the assistant must not end in white space.
    private static func trimEnd(_ turns: inout [Turn]) {
        guard let last = turns.last, last.role == .assistant,
            case .text(var text) = last.parts.last
        else { return }
        while let end = text.text.last, end.isWhitespace { text.text.removeLast() }
        turns[turns.count - 1].parts[last.parts.count - 1] = .text(text)
    }

    /// Whether the last turn that called tools has no thoughts: with thinking on it is refused.
    static func lacksThoughts(_ turns: [Turn]) -> Bool {
        guard let last = turns.last(where: { $0.role == .assistant && $0.parts.contains(\.isCall) })
        else { return false }
        return !last.parts.contains(where: \.isReasoning)
    }

    /// The turns without thoughts, which are refused where thinking is off.
    static func withoutThoughts(_ turns: [Turn]) -> [Turn] {
        turns.compactMap { turn in
            var turn = turn
            let isEmpty = turn.parts.isEmpty
            turn.parts.removeAll(where: \.isReasoning)
            return turn.parts.isEmpty && !isEmpty ? nil : turn
        }
    }

    /// Whether there are thoughts.
    static func hasThoughts(_ turns: [Turn]) -> Bool {
        turns.contains { $0.parts.contains(\.isReasoning) }
    }

    /// Whether the request has thoughts that such a provider does not take back.
    static func losesThoughts(_ request: NeutralRequest) -> Bool {
        request.turns.contains { turn in
            turn.parts.contains { $0.isReasoning && kept($0) == nil }
        }
    }

    /// Whether tools were called.
    static func usesTools(_ turns: [Turn]) -> Bool {
        turns.contains { $0.parts.contains { $0.isCall || $0.isResult } }
    }
}

extension [Part] {
    fileprivate func contains(_ property: KeyPath<Part, Bool>) -> Bool {
        contains { $0[keyPath: property] }
    }
}

extension Part {
    var isReasoning: Bool {
        if case .reasoning = self { true } else { false }
    }

    var isCall: Bool {
        if case .toolCall = self { true } else { false }
    }

    var isResult: Bool {
        if case .toolResult = self { true } else { false }
    }
}

extension String {
    /// Whether there is nothing but white space.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
