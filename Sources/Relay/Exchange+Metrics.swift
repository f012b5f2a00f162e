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
        let attempt = record.attempts[index]
        guard let call, let gateway, let outcome = attempt.outcome, let key = record.key,
            let account = snapshot.keys?.account(of: key)
        else { return }
        var sample = AttemptSample(
            of: call.candidate,
            at: call.provider.id,
            with: attempt.credential,
            account: account,
            gateway: gateway.id,
            start: attempt.start,
            end: attempt.start + attempt.duration,
            outcome: outcome
        )
        // What lies before a later attempt is the providers' time.
        if index == 0 { sample.arrival = start }
        sample.content = attempt.content
        sample.isStream = attempt.content != nil || expectedForm == .events
        sample.usage = attempt.usage
        sample.quota = attempt.quota
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
