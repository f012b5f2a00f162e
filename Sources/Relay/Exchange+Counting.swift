import Model
import Routing

/// The exact count of a request's tokens: only where an estimate leaves open what becomes of it.
extension Exchange {
    /// What goes on when the tokens are counted.
    enum Counted {
        /// The choice of the models that the client named.
        case choose(model: String?, fallbacks: [String])
        /// An attempt that could not be paid by what was estimated; with what is sent instead of the
        /// client's body, and what the client is told if it still can't.
        case pay(PlannedAttempt, sending: ByteBuffer?, or: Refusal)
    }

    /// Has the tokens counted; nil where nothing better than the estimate can be had.
    mutating func count(then next: Counted) -> Step? {
        guard let source = snapshot.vocabulary, let traits, !hasCounted, !body.isForm,
            traits.textBytes <= Limits.countedTextBytes
        else { return nil }
        hasCounted = true
        let long = LongCount(body.bytes, path: traits.path, by: source)
        longWork = long
        state = .counting(long, next)
        return Step(.workElsewhere)
    }

    /// The tokens are counted.
    mutating func counted(
        _ long: LongCount,
        _ next: Counted,
        at now: ContinuousClock.Instant
    ) -> Step {
        if let traits = long.traits { note(traits) }
        switch next {
        case .choose(let model, let fallbacks): return makePlan(model, fallbacks, at: now)
        case .pay(let planned, let other, let refusal):
            guard long.traits != nil else { return passOverUnpaid(planned, refusal, at: now) }
            return startAttempt(planned, sending: other, at: now)
        }
    }
}
