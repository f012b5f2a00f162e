package import Model

/// Every name that the keys of one account may use at one gateway, with its candidates found
/// beforehand: a look-up is one hash.
///
/// It is immutable and belongs to a snapshot.
package final class RouteTable: Sendable {
    /// What narrows the choice.
    package struct Rules: Equatable, Sendable {
        /// Only providers that the gateway names.
        package var onlyConfiguredProviders: Bool
        /// Only models that a provider's `models` names, at that provider.
        package var onlyConfiguredModels: Bool

        /// The rules; none unless said.
        package init(onlyConfiguredProviders: Bool = false, onlyConfiguredModels: Bool = false) {
            self.onlyConfiguredProviders = onlyConfiguredProviders
            self.onlyConfiguredModels = onlyConfiguredModels
        }
    }

    /// The providers that candidates point into.
    package let providers: ProviderTable
    /// What narrows the choice.
    package let rules: Rules
    /// The models that can be used, in the order of the providers that serve them.
    package let models: [ListedModel]
    private let credentials: [[Credential]]
    /// What is known by names in lower case.
    let entries: [String: RouteEntry]

    /// Prepares the names of an account that brought these keys, in the order of their creation.
    package init(
        providers: ProviderTable,
        catalog: Catalog,
        ownKeys: [OwnKey] = [],
        rules: Rules = Rules()
    ) {
        self.providers = providers
        self.rules = rules
        let credentials = providers.providers.map {
            KeyOrder.credentials(at: $0, own: ownKeys)
        }
        self.credentials = credentials
        var builder = RouteBuilder(providers: providers, credentials: credentials, rules: rules)
        builder.addConfiguredModels()
        builder.add(catalog)
        entries = builder.entries
        models = builder.listedModels
    }

    /// The keys to try at a provider, in order; empty where there is none.
    package func credentials(at providerIndex: Int) -> [Credential] {
        credentials[providerIndex]
    }

    /// The listed model of that name, the case of letters and the form of the name ignored.
    package func listedModel(named name: String) -> ListedModel? {
        guard let entry = entries[name.lowercased()] else { return nil }
        return models.first { $0.id == entry.id }
    }
}

/// A model as lists show it.
package struct ListedModel: Equatable, Sendable {
    /// Its name.
    package let id: String
    /// What people read.
    package let displayName: String
    /// Who made it; nil when nobody says.
    package let author: String?
    /// The tokens of its context.
    package let maxContextWindow: Int?
    /// The most tokens of one answer.
    package let maxOutputTokens: Int?
    /// Who serves it, in order of preference.
    package let providers: [ProviderID]
}

/// What one name leads to.
struct RouteEntry: Sendable {
    /// A model at a provider, and why it is no candidate, if it is none.
    struct Offer: Sendable {
        let candidate: Candidate
        let exclusion: Exclusion?
    }

    /// The model's own name.
    let id: String
    /// All offers in order of preference.
    let offers: [Offer]
    /// The candidates for each dialect, in the order of `Dialect.allCases`.
    let candidates: [[Candidate]]
}
