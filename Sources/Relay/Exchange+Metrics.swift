import Access
import Dialects
import Model
import Routing

/// What an exchange tells the metrics: each of its attempts, once, when it has ended.
extension Exchange {
    /// Notes the attempt of a place in the record.
    ///
    /// - Parameter call: what it sent.
    func measure(_ index: Int, of call: UpstreamCall?) {
        // A span lends the record, of which an array would make a copy.
        let attempts = record.attempts.span
        guard let call, let gateway, let outcome = attempts[index].outcome, let key = record.key,
            let account = snapshot.keys?.account(of: key)
        else { return }
        var sample = AttemptSample(
            of: call.candidate,
            at: call.provider.id,
            with: attempts[index].credential,
            account: account,
            gateway: gateway.id,
            start: attempts[index].start,
            end: attempts[index].start + attempts[index].duration,
            outcome: outcome
        )
        // What lies before a later attempt is the providers' time.
        if index == 0 { sample.arrival = start }
        sample.content = attempts[index].content
        sample.isStream = attempts[index].content != nil || expectedForm == .events
        sample.usage = attempts[index].usage
        sample.quota = attempts[index].quota
        metrics.note(sample)
    }

    /// Notes that content of the attempt in course is there; of an answer that is no stream nobody
    /// can tell when it begins.
    mutating func noteContent(at now: ContinuousClock.Instant) {
        guard case .attempting(let attempt) = state, attempt.isStream else { return }
        if translated?.sawContent ?? observer?.sawContent ?? true {
            record.attempts[recordIndex].content = now
        }
    }
}
