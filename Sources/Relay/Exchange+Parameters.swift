import Accounting
import Model
package import Routing

/// What is done to a request for the sake of its candidate and of the gateway's limits (chapter 4).
extension Exchange {
    /// How the provider of a candidate is asked; nil where it is not asked at all.
    func asking(_ candidate: Candidate) -> Asking? {
        guard let operation = endpoint?.operation, let routes else {
            preconditionFailure("a candidate of nothing")
        }
        return routes.providers
            .asking(candidate.providerIndex, for: operation, isStream: isStreamAsked)
    }

    /// What makes bodies fit for a candidate; nil where they go as they are.
    ///
    /// Each attempt starts from the client's body, never from what another one was sent.
    func fitting(_ candidate: Candidate, _ asking: Asking) -> BodyFitting? {
        guard let routes, !body.isForm, !onlyConnects else { return nil }
        let fitting = BodyFitting(
            candidate,
            asked: asking,
            in: routes,
            maxOutputTokens: [gateway?.limits.maxOutputTokens, incomingFunds?.upstreamCap]
                .compactMap(\.self).min(),
            holdsTraces: body.holdsTraces,
            asksForUsage: asksForUsage
        )
        return fitting.changesNothing ? nil : fitting
    }

    /// Whether the provider of the attempt to come is to tell the usage of its stream: one that
    /// the operator pays must, asked for by the client or not.
    private var asksForUsage: Bool {
        incomingFunds?.payer == .managed && endpoint?.operation == .chatCompletions && isStreamAsked
    }

    /// Refuses a request that is longer than the gateway takes; where the estimate leaves that open,
    /// its tokens are counted first, and then the models of that request are chosen again.
    mutating func checkLength(_ model: String?, _ fallbacks: [String]) -> Step? {
        guard let limits = gateway?.limits, limits.maxInputTokens != nil, !onlyConnects,
            let operation = endpoint?.operation, !operation.onlyCounts
        else { return nil }
        let traits = readTraits()
        if limits.areOpen(for: traits),
            let step = count(then: .choose(model: model, fallbacks: fallbacks))
        {
            return step
        }
        return Refusal(lengthOf: traits, for: operation, limits).map { refuse($0) }
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
