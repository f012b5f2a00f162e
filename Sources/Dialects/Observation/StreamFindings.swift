import JSON
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
    /// That reason in the provider's word.
    private(set) var stopReason: String?
    var isTerminated = false
    /// What counts the output; nil where nobody wants to know.
    var counter: OutputCounter?

    /// Notes content, which is a sign the first time only.
    mutating func noteContent() {
        if !hasContent { signs.insert(.content) }
        hasContent = true
    }

    /// Notes why the model stopped, if that is told here; of several choices the first counts.
    mutating func noteStop(_ member: Member?, in data: Span<UInt8>) {
        guard stopReason == nil, let word = member?.stopWord(in: data) else { return }
        stopReason = word
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
