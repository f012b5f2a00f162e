import Model
package import Routing

/// What is done to a request for the sake of its candidate and of the gateway's limits (chapter 4).
extension Exchange {
    /// How the provider of a candidate is asked; nil where it is not asked at all.
    func asking(_ candidate: Candidate) -> Asking? {
        guard let operation = endpoint?.operation, let routes else {
            preconditionFailure("a candidate of nothing")
        }
        return routes.providers[candidate.providerIndex]
            .asking(for: operation, isStream: isStreamAsked)
    }

    /// What makes a body fit for the candidate of an attempt.
    func fitting(_ planned: PlannedAttempt, _ asking: Asking) -> BodyFitting {
        guard let routes else { preconditionFailure("a candidate of nothing") }
        return BodyFitting(
            planned.candidate,
            asked: asking,
            in: routes,
            maxOutputTokens: gateway?.limits.maxOutputTokens
        )
    }

    /// A body in the client's dialect made fit for a candidate; the same one where nothing is to be
    /// done.
    ///
    /// Each attempt starts from the client's body, never from what another one was sent.
    func fit(
        _ bytes: ByteBuffer,
        for planned: PlannedAttempt,
        _ asking: Asking
    ) throws(RequestBody.Malformed) -> FittedBody {
        if body.isForm || onlyConnects { return FittedBody(bytes: bytes, removed: []) }
        return try fitting(planned, asking).fit(bytes)
    }

    /// Refuses a request that is longer than the gateway takes, by what is estimated.
    mutating func refusalOfLength() -> Refusal? {
        guard let limits = gateway?.limits, limits.maxInputTokens != nil, !onlyConnects,
            let operation = endpoint?.operation
        else { return nil }
        return Refusal(lengthOf: readTraits(), for: operation, limits)
    }
}

extension Refusal {
    /// What is said of a request that is longer than the gateway takes; nil of others.
    package init?(lengthOf traits: RequestTraits, for operation: Operation, _ limits: RequestLimits)
    {
        let tokens = traits.estimatedInputTokens
        guard let limit = limits.maxInputTokens, tokens > limit, !operation.onlyCounts else {
            return nil
        }
        self = .inputTooLong(tokens, limit: limit)
    }
}
