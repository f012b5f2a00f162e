package import Model

/// One attempt that has ended, as a loop saw it; what it counts as is decided later, elsewhere.
package struct AttemptSample: Sendable {
    /// Who was asked.
    package let provider: ProviderID
    /// `provider:model`.
    package let model: String
    /// Whether the catalog or the configuration knows the model.
    package let isKnown: Bool
    /// Whose key it was.
    package let key: Credential.Source
    /// Whose request it was.
    package let account: AccountID
    /// Where it came in.
    package let gateway: GatewayID
    /// When the request came; nil for every attempt of it but the first.
    package var arrival: ContinuousClock.Instant?
    /// When the attempt began.
    package var start: ContinuousClock.Instant
    /// When the first content of its stream came.
    package var content: ContinuousClock.Instant?
    /// When it ended.
    package var end: ContinuousClock.Instant
    /// How it ended.
    package var outcome: AttemptOutcome
    /// Whether a stream was asked for.
    package var isStream: Bool
    /// The tokens that the provider counted.
    package var usage: Usage?
    /// What the provider says is left of the key's rate limits.
    package var quota: ToldQuota?

    /// An attempt.
    package init(
        of candidate: Candidate,
        at provider: ProviderID,
        with key: Credential.Source,
        account: AccountID,
        gateway: GatewayID,
        start: ContinuousClock.Instant,
        end: ContinuousClock.Instant,
        outcome: AttemptOutcome
    ) {
        self.provider = provider
        model = candidate.displayName
        isKnown = candidate.isKnown
        self.key = key
        self.account = account
        self.gateway = gateway
        self.start = start
        self.end = end
        self.outcome = outcome
        isStream = false
    }
}
