/// Why an answer ended, in the words of messages.
enum MessagesReasons {
    /// What a word means; nil when there is none.
    static func stop(_ word: String?, sequence: String?) -> StopReason? {
        switch word {
        case nil: nil
        case "max_tokens": .tokenLimit
        case "model_context_window_exceeded", "compaction": .contextLimit
        case "stop_sequence": .stopSequence(sequence)
        case "tool_use": .toolUse
        case "refusal": .refusal
        case "pause_turn": .pause
        default: .endOfTurn
        }
    }

    /// The word for a reason.
    static func word(_ stop: StopReason) -> String {
        switch stop {
        case .endOfTurn: "end_turn"
        case .stopSequence: "stop_sequence"
        case .tokenLimit: "max_tokens"
        case .contextLimit: "model_context_window_exceeded"
        case .toolUse: "tool_use"
        case .refusal: "refusal"
        case .pause: "pause_turn"
        }
    }
}
