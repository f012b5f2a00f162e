/// How much a model is to think before it answers.
package struct ReasoningWish: Sendable, Equatable {
    /// In words; nil when the client said it in tokens, or not at all.
    package var effort: ReasoningEffort?
    /// In tokens.
    package var budget: Int?
    /// Whether the client wants to read the thoughts; nil when it did not say.
    package var showsThoughts: Bool?
}

/// How much a model is to think, in the words that the dialects share.
package enum ReasoningEffort: String, CaseIterable, Sendable, Comparable {
    case none, minimal, low, medium, high, xhigh, max

    /// The tokens that both peers of this project take it for.
    var budget: Int {
        switch self {
        case .none: 0
        case .minimal, .low: 1024
        case .medium: 2048
        case .high: 4096
        case .xhigh: 8192
        case .max: 16384
        }
    }

    /// The word for so many tokens.
    init(budget: Int) {
        self =
            switch budget {
            case ..<1: .none
            case ..<1024: .minimal
            case ..<2048: .low
            case ..<4096: .medium
            default: .high
            }
    }

    /// Whether it is less than another.
    package static func < (first: ReasoningEffort, second: ReasoningEffort) -> Bool {
        first.place < second.place
    }

    private var place: Int {
        switch self {
        case .none: 0
        case .minimal: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .xhigh: 5
        case .max: 6
        }
    }
}

extension ReasoningWish {
    /// The wish in words, for a provider that takes no count of tokens.
    var inWords: ReasoningEffort? { effort ?? budget.map { ReasoningEffort(budget: $0) } }
}
