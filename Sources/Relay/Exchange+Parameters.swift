import JSON
import Model
package import Routing

/// What is done to a request for the sake of its candidate and of the gateway's limits (chapter 4).
extension Exchange {
    /// A body made fit for a candidate; the same one where nothing is to be done.
    ///
    /// Each attempt starts from the client's body, never from what another one was sent.
    func fit(
        _ bytes: ByteBuffer,
        for candidate: Candidate
    ) throws(RequestBody.Malformed) -> EditedBody {
        let same = EditedBody(bytes: bytes, removed: [])
        guard let operation = endpoint?.operation, let routes, !body.isForm, !onlyConnects else {
            return same
        }
        let rules = ParameterRules(routes, for: candidate, gateway?.limits.maxOutputTokens)
        if rules.isEmpty { return same }
        do throws(ScanError) {
            let provider = routes.providers[candidate.providerIndex].id
            let editor = BodyEditor(rules, for: operation, at: provider)
            return try editor.edit(bytes) ?? same
        } catch {
            throw RequestBody.malformed(error)
        }
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
