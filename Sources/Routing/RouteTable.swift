import Model

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
    /// The models that can be used: virtual ones, then the others in the order of the providers
    /// that serve them.
    package let models: [ListedModel]
    /// Every model at every provider that is known, those that may not be used too.
    package let offers: [ModelOffer]
    /// What expressions see of the offers; nil where no expression chooses among them.
    package let values: ModelValues?
    /// Every candidate that can be used, in the order of `Reach.allCases`.
    let everyCandidate: [[Candidate]]
    private let credentials: [[Credential]]
    /// The account's keys that can't be opened.
    let sealedKeys: Set<ProviderKeyID>
    /// The places of the providers that have no others.
    private let sealed: Set<Int>
    /// What is known by names in lower case.
    let entries: [String: RouteEntry]
    /// The operator's names for lists of models, in lower case.
    let virtualModels: [String: VirtualModel]

    /// Prepares the names of an account that brought these keys, in the order of their creation,
    /// and where expressions choose among the models what those see of them.
    package init(
        providers: ProviderTable,
        catalog: Catalog,
        virtualModels: [VirtualModel] = [],
        ownKeys: [OwnKey] = [],
        rules: Rules = Rules(),
        isChosenFrom: Bool = false
    ) {
        self.providers = providers
        self.rules = rules
        let credentials = providers.providers.map {
            KeyOrder.credentials(at: $0, own: ownKeys)
        }
        self.credentials = credentials
        let sealedKeys = ownKeys.filter { $0.secret == nil }
        self.sealedKeys = Set(sealedKeys.map(\.id))
        let sealed = sealedKeys.compactMap { providers.index(of: $0.provider.rawValue) }
            .filter { credentials[$0].isEmpty }
        self.sealed = Set(sealed)
        var builder = RouteBuilder(
            providers: providers,
            credentials: credentials,
            sealed: self.sealed,
            rules: rules
        )
        builder.addConfiguredModels()
        builder.add(catalog)
        let built = builder.build(authors: catalog)
        offers = built.offers
        values = isChosenFrom ? ModelValues(of: built.offers, authors: catalog) : nil
        everyCandidate = built.everyCandidate
        entries = built.entries
        self.virtualModels = Dictionary(
            virtualModels.map { ($0.name.lowercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let reached = built.listed(virtualModels) { target in
            Self.passThrough(target, providers, credentials, rules)
        }
        models = reached + built.listedModels(providers)
    }

    /// The provider that a name nobody knows goes to; nil when it goes nowhere.
    private static func passThrough(
        _ name: String,
        _ providers: ProviderTable,
        _ credentials: [[Credential]],
        _ rules: Rules
    ) -> Provider? {
        guard !rules.onlyConfiguredModels, case .success(let address) = ModelAddress.read(name),
            let index = address.provider.flatMap(providers.index), !credentials[index].isEmpty,
            rules.exclusion(of: providers[index]) == nil
        else { return nil }
        return providers[index]
    }

    /// The keys to try at a provider, in order; empty where there is none.
    package func credentials(at providerIndex: Int) -> [Credential] {
        credentials[providerIndex]
    }

    /// Why nothing can be sent to a provider: there is no key, or none that can be opened.
    func keyRefusal(of name: String, at index: Int) -> ModelRefusal {
        let provider = providers[index].id.rawValue
        return sealed.contains(index)
            ? .keySealed(name, provider: provider) : .noCredential(name, provider: provider)
    }

    /// What is known of a candidate; nil for a name passed through.
    package func offer(of candidate: Candidate) -> ModelOffer? {
        candidate.offer.map { offers[$0] }
    }

    /// The listed model of that name, the case of letters and the form of the name ignored.
    package func listedModel(named name: String) -> ListedModel? {
        let lowercased = name.lowercased()
        if let virtual = virtualModels[lowercased] {
            return models.first { $0.isVirtual && $0.id == virtual.name }
        }
        guard let entry = entries[lowercased] else { return nil }
        return models.first { !$0.isVirtual && $0.id == entry.id }
    }
}

/// What one name leads to; names that lead to the same share it.
final class RouteEntry: Sendable {
    /// A model at a provider, and why it is no candidate, if it is none.
    struct Offer: Sendable {
        let candidate: Candidate
        let exclusion: Exclusion?
    }

    /// The model's own name.
    let id: String
    /// All offers in order of preference.
    let offers: [Offer]
    /// The candidates in the order of `Reach.allCases`.
    let candidates: [[Candidate]]

    init(id: String, offers: [Offer], candidates: [[Candidate]]) {
        self.id = id
        self.offers = offers
        self.candidates = candidates
    }
}
