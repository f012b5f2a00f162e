package import Model

/// What cools down and what is tried last, by names: what one process tells the next.
package struct HealthReport: Equatable, Sendable {
    /// A key that a provider refused.
    package struct Key: Equatable, Sendable {
        /// Where it was tried: the gateway's providers say which one it is.
        package let gateway: GatewayID
        /// Who refused it.
        package let provider: ProviderID
        /// Whose key it is.
        package let source: Credential.Source
        /// How long it cools down still.
        package let remaining: Duration
        /// How long it cools down when it is refused again.
        package let next: Duration

        /// A key that cools down.
        package init(
            gateway: GatewayID,
            provider: ProviderID,
            source: Credential.Source,
            remaining: Duration,
            next: Duration
        ) {
            self.gateway = gateway
            self.provider = provider
            self.source = source
            self.remaining = remaining
            self.next = next
        }
    }

    /// A candidate whose circuit is open.
    package struct Candidate: Equatable, Sendable {
        /// Where it was tried.
        package let gateway: GatewayID
        /// `provider:model`.
        package let name: String
        /// When it is probed next.
        package let untilProbe: Duration

        /// A candidate that is tried last.
        package init(gateway: GatewayID, name: String, untilProbe: Duration) {
            self.gateway = gateway
            self.name = name
            self.untilProbe = untilProbe
        }
    }

    /// The keys and the candidates that are told of at most, each.
    package static let limit = 1000

    /// The keys that cool down.
    package var keys: [Key] = []
    /// The candidates whose circuits are open.
    package var candidates: [Candidate] = []

    /// All is well.
    package init() {}

    /// Whether all is well.
    package var isEmpty: Bool { keys.isEmpty && candidates.isEmpty }
}

extension ProviderTable {
    /// The key that a name means; nil where there is none any more.
    package func credential(
        _ source: Credential.Source,
        at id: ProviderID,
        own keys: [OwnKey]
    ) -> Credential? {
        guard let place = index(of: id.rawValue) else { return nil }
        switch source {
        case .managed(let index):
            let secrets = self[place].managedKeys
            guard secrets.indices.contains(index) else { return nil }
            return Credential(secret: secrets[index], source: source, of: id)
        case .own(let key):
            let own = keys.first { $0.id == key && $0.provider == id }
            return own?.secret.map { secret in
                Credential(secret: secret, source: source, of: id, row: own?.row)
            }
        case .nobody: return Credential(secret: nil, source: source, of: id)
        }
    }
}
