package import Model

/// What a summary speaks of, by its names: a model at a provider, or a key, and whose attempts.
package struct MetricsSubject: Hashable, Sendable {
    /// Whose attempts count.
    package enum Scope: Hashable, Sendable {
        /// Everybody's.
        case global
        /// Those of one account's keys.
        case account(AccountID)
        /// Those at one gateway, also called an endpoint.
        case gateway(GatewayID)
        /// Those with one provider key, by its ``Credential/Source/name(at:)``.
        case key(String)
    }

    /// `provider:model`; nil for all models of a key.
    package let model: String?
    /// Whose attempts count.
    package let scope: Scope

    /// A subject.
    package init(model: String?, scope: Scope) {
        self.model = model
        self.scope = scope
    }
}

/// A model at a provider as a number, made once so that a look-up hashes no text.
///
/// It is another one in every process: nobody can think up a name that passes for another model.
package struct MeasuredModel: Hashable, Sendable {
    let bits: UInt64

    /// All models, as far as the scope goes.
    package static let all = MeasuredModel(bits: 0)

    private init(bits: UInt64) {
        self.bits = bits
    }

    /// The model of a candidate's `displayName`, `provider:model`.
    package init(_ name: String) {
        var hasher = Hasher()
        hasher.combine(name)
        bits = UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

/// Whose attempts count, as a number; see ``MeasuredModel``.
package struct MeasuredScope: Hashable, Sendable {
    let bits: UInt64

    /// Everybody's.
    package static let global = MeasuredScope(.global)

    /// The number of a scope.
    package init(_ scope: MetricsSubject.Scope) {
        var hasher = Hasher()
        hasher.combine(scope)
        bits = UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
