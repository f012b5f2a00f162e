/// What an access key configuration says: what its keys may reach, and by which provider keys.
package struct KeyPolicy: Equatable, Sendable {
    /// What may be reached.
    package var access: AllowLists
    /// By which keys, where it is not the account's own in the order of their creation.
    package var rules: [KeyRule]

    /// A policy; without a word everything is allowed.
    package init(access: AllowLists = AllowLists(), rules: [KeyRule] = []) {
        self.access = access
        self.rules = rules
    }

    /// The provider keys that its rules name.
    package var providerKeys: Set<ProviderKeyID> {
        Set(rules.flatMap { $0.steps.flatMap(\.keys) })
    }
}

/// What may be reached: a list that is left out does not restrict, an empty one allows nothing.
///
/// An entry is exact, or it ends in `*` and stands for everything that begins like it.
package struct AllowLists: Equatable, Sendable {
    /// The providers.
    package var providers: [String]?
    /// The models, in any form that a client may write.
    package var models: [String]?

    /// The two lists.
    package init(providers: [String]? = nil, models: [String]? = nil) {
        self.providers = providers
        self.models = models
    }

    /// Whether neither restricts.
    package var isEmpty: Bool { providers == nil && models == nil }
}

/// By which keys a provider, or a model at a provider, is called.
package struct KeyRule: Equatable, Sendable {
    /// The provider; nil where the model names it.
    package var provider: ProviderID?
    /// The model as `provider:model`; nil for a rule about everything at the provider.
    package var model: String?
    /// What is tried, one after the other.
    package var steps: [KeyStep]

    /// A rule about a provider, a model, or both.
    package init(provider: ProviderID?, model: String?, steps: [KeyStep]) {
        self.provider = provider
        self.model = model
        self.steps = steps
    }

    /// The provider, wherever it stands.
    package var providerName: String {
        provider?.rawValue ?? model.map { String($0.prefix { $0 != ":" }) } ?? ""
    }
}

/// One link of a rule's fallback chain.
package enum KeyStep: Equatable, Sendable {
    /// Keys that the account brought.
    case user(KeyStrategy, [ProviderKeyID])
    /// The operator's keys.
    case managed

    /// The keys that it names.
    package var keys: [ProviderKeyID] {
        switch self {
        case .user(_, let keys): keys
        case .managed: []
        }
    }
}

/// Which of a step's keys comes first; the others follow, should it fail.
package enum KeyStrategy: String, CaseIterable, Sendable {
    /// As they are listed.
    case ordered
    /// Each in turn.
    case roundRobin = "round_robin"
    /// The one that was used least in the last minute or two.
    case leastUsed = "least_used"
    /// Any.
    case random
}
