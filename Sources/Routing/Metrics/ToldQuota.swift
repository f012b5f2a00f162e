/// What a provider said is left of a key's rate limits, and for how long that holds.
package struct ToldQuota: Equatable, Sendable {
    /// What it said.
    package let quota: KeyQuota
    /// When it said so.
    package let moment: ContinuousClock.Instant
    /// When the limit of requests is whole again, where it said when.
    package let requestsReset: ContinuousClock.Instant?
    /// When the limit of tokens is whole again, where it said when.
    package let tokensReset: ContinuousClock.Instant?

    /// What was said at a moment.
    package init(
        _ quota: KeyQuota,
        at moment: ContinuousClock.Instant,
        requestsReset: ContinuousClock.Instant? = nil,
        tokensReset: ContinuousClock.Instant? = nil
    ) {
        self.quota = quota
        self.moment = moment
        self.requestsReset = requestsReset
        self.tokensReset = tokensReset
    }

    /// What is left when nobody used the key meanwhile: all of a limit that was reset.
    ///
    /// So a key that nobody chooses because little was left of it is chosen again.
    func left(at now: ContinuousClock.Instant) -> KeyQuota {
        var left = quota
        if let requestsReset, requestsReset <= now { left.remainingRequests = quota.limitRequests }
        if let tokensReset, tokensReset <= now { left.remainingTokens = quota.limitTokens }
        return left
    }

    /// When something of it is reset next.
    func nextReset(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        [requestsReset, tokensReset].compactMap { $0 }.filter { $0 > now }.min()
    }
}
