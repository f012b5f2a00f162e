package import Model

/// A key that an account brought for a provider, opened where the master key opens it.
package struct OwnKey: Sendable {
    /// Which one it is.
    package let id: ProviderKeyID
    /// Whose API it opens.
    package let provider: ProviderID
    /// The key; nil where it can't be opened.
    package let secret: Secret?
    /// Its row where uses are noted; nil where nobody notes them.
    package let row: UInt32?

    /// A key.
    package init(id: ProviderKeyID, provider: ProviderID, secret: Secret?, row: UInt32? = nil) {
        self.id = id
        self.provider = provider
        self.secret = secret
        self.row = row
    }
}

/// What one attempt is authorised with.
package struct Credential: Equatable, Sendable {
    /// Whose it is.
    package enum Source: Hashable, Sendable {
        /// The operator's, by its place in `api_keys`.
        case managed(Int)
        /// The account's own.
        case own(ProviderKeyID)
        /// Nobody's: the provider is called without one.
        case nobody

        /// Its name in metrics and in selection expressions: the id of an account's own key, or
        /// `managed:openai:0`; nil where none is sent.
        package func name(at provider: ProviderID) -> String? {
            switch self {
            case .managed(let place): "managed:\(provider):\(place)"
            case .own(let id): id.rawValue
            case .nobody: nil
            }
        }
    }

    /// The key; nil where none is sent.
    package let secret: Secret?
    /// Whose it is.
    package let source: Source
    /// The row where uses of an account's key are noted.
    package let row: UInt32?
    /// What live metrics are looked up by; nil where none is sent.
    package let measured: MeasuredScope?
    /// What health is noted under: another secret is another key, wherever it is used.
    let identity: Int

    init(secret: Secret?, source: Source, of provider: ProviderID, row: UInt32? = nil) {
        self.secret = secret
        self.source = source
        self.row = row
        measured = source.name(at: provider).map { MeasuredScope(.key($0)) }
        var hasher = Hasher()
        hasher.combine(provider)
        hasher.combine(secret?.exposed)
        identity = hasher.finalize()
    }

    /// Whether the operator owns it, which decides what of an answer the client may see.
    package var isManaged: Bool {
        if case .managed = source { true } else { false }
    }
}

/// Which keys are tried at a provider, and in which order, for an access key without rules.
package enum KeyOrder {
    /// The account's own keys as they were created; if it has none the operator's keys; for a
    /// custom provider without either, no credential.
    ///
    /// Empty where there is nothing to try. Keys that can't be opened are left out, and the
    /// operator's never stand in for them.
    package static func credentials(
        at provider: Provider,
        own keys: [OwnKey]
    ) -> [Credential] {
        let own = keys.filter { $0.provider == provider.id }
        if !own.isEmpty {
            return own.compactMap { key in
                key.secret.map {
                    Credential(secret: $0, source: .own(key.id), of: provider.id, row: key.row)
                }
            }
        }
        if !provider.managedKeys.isEmpty {
            return provider.managedKeys.enumerated().map { place, secret in
                Credential(secret: secret, source: .managed(place), of: provider.id)
            }
        }
        let needsNone = provider.dialects.allSatisfy {
            provider.surface(for: $0)?.auth == Auth.none
        }
        if provider.isBuiltIn, !needsNone { return [] }
        return [Credential(secret: nil, source: .nobody, of: provider.id)]
    }
}
