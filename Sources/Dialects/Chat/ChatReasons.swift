/// Why an answer ended, in the words of chat completions.
enum ChatReasons {
    /// What a word means; nil when it is none.
    static func stop(_ word: String?) -> StopReason? {
        switch word {
        case nil: nil
        case "length": .tokenLimit
        case "tool_calls", "function_call": .toolUse
        case "content_filter": .refusal
        default: .endOfTurn
        }
    }

    /// The word for a reason.
    static func word(_ stop: StopReason) -> String {
        switch stop {
        case .endOfTurn, .stopSequence, .pause: "stop"
        case .tokenLimit, .contextLimit: "length"
        case .toolUse: "tool_calls"
        case .refusal: "content_filter"
        }
    }
}
