/// Why an answer ended, in the words of responses.
enum ResponsesReasons {
    /// Why a response is incomplete; nil when it is not.
    ///
    /// Whoever refuses in words has a whole one.
    static func incompleteness(_ stop: StopReason, isInWords: Bool) -> String? {
        switch stop {
        case .tokenLimit, .contextLimit: "max_output_tokens"
        case .refusal: isInWords ? nil : "content_filter"
        case .endOfTurn, .stopSequence, .toolUse, .pause: nil
        }
    }

    /// The word for a reason: why the response is incomplete, or else its status.
    static func word(_ stop: StopReason, isInWords: Bool) -> String {
        incompleteness(stop, isInWords: isInWords) ?? "completed"
    }
}
