import Model

/// What the events of one stream told so far.
struct StreamFindings: Sendable {
    /// What the bytes of the present call held.
    var signs: StreamSigns = []
    var usage: Usage?
    var failureMessage: String?
    var hasContent = false
    /// The reason why the model stopped was told: the answer is whole, whatever may follow.
    var hasFinishReason = false
    var isTerminated = false
    /// What counts the output; nil where nobody wants to know.
    var counter: OutputCounter?

    /// Notes content, which is a sign the first time only.
    mutating func noteContent() {
        if !hasContent { signs.insert(.content) }
        hasContent = true
    }

    mutating func noteTerminal() {
        signs.insert(.terminal)
        isTerminated = true
    }

    /// Notes a failure; the first message told is the one that is kept.
    mutating func noteFailure(_ message: String?) {
        signs.insert(.failure)
        if failureMessage == nil { failureMessage = message }
    }
}
