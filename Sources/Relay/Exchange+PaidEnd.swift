import Dialects
import Model

/// The end of an answer that credits pay for: the client sees it when the ledger has what it cost
/// (chapter 5).
extension Exchange {
    /// Whether the last word is held back until it is paid.
    var holdsEnd: Bool { funds?.holdsCredits == true }

    /// Whether what came has the answer's last word in it, be it the provider's error.
    ///
    /// Gemini's streams have no event that says so: there the reason why the model stopped counts.
    func isEnd(_ signs: StreamSigns) -> Bool {
        signs.contains(.terminal) || signs.contains(.failure) && continuation == nil
            || dialect == .gemini && translated == nil && observer?.isComplete == true
    }

    /// Passes bytes of an answer, but for its last word.
    mutating func passPaid(
        _ bytes: Span<UInt8>,
        _ signs: StreamSigns,
        at now: ContinuousClock.Instant
    ) -> Step {
        if observer == nil, translated?.isStream != true { return passOneBehind(bytes) }
        guard endSeenAt != nil || isEnd(signs) else { return pass(bytes) }
        endSeenAt = endSeenAt ?? now
        heldEnd += passed(bytes)
        guard heldEnd.count > Limits.heldBackBytes else { return Step(.wait) }
        return Step(.wait, sending: takeHeldEnd())
    }

    /// Of an answer that is no stream the last bytes are its end, and nobody knows which they are.
    private mutating func passOneBehind(_ bytes: Span<UInt8>) -> Step {
        let before = takeHeldEnd()
        heldEnd = passed(bytes)
        return Step(.wait, sending: before)
    }

    /// What the client is to get for these bytes.
    private mutating func passed(_ bytes: Span<UInt8>) -> [UInt8] {
        let step = pass(bytes)
        guard step.command == .pass else { return step.bytes }
        return unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// What was held back of the answer's end.
    mutating func takeHeldEnd() -> [UInt8] {
        defer { heldEnd = [] }
        return heldEnd
    }

    /// The ledger could not be written in all the time that a client waits: the client sees its
    /// answer cut, as it must see no end that could be forgotten.
    mutating func giveUpSettling() -> Step {
        record.finish(.cut, status: seenStatus, code: Refusal.ledgerUnavailable.code.text)
        state = .finished
        return Step(.abandon)
    }
}
