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

    /// The word for a reason; whoever refuses in words has an answer like any other.
    static func word(_ stop: StopReason, isInWords: Bool) -> String {
        switch stop {
        case .refusal where isInWords: "stop"
        case .endOfTurn, .stopSequence, .pause: "stop"
        case .tokenLimit, .contextLimit: "length"
        case .toolUse: "tool_calls"
        case .refusal: "content_filter"
        }
    }
}
