import Model

/// Collects the names of a route table.
struct RouteBuilder {
    /// A model gathered from the configuration and the catalog.
    private struct Gathered {
        var listed: ProviderModel
        var aliases: [String] = []
        /// Providers and the model's name there.
        var offers: [(provider: Int, model: String)] = []
    }

    private let providers: ProviderTable
    private let credentials: [[Credential]]
    private let rules: RouteTable.Rules
    private var gathered: [Gathered] = []
    /// Places in `gathered` by id in lower case.
    private var places: [String: Int] = [:]

    init(providers: ProviderTable, credentials: [[Credential]], rules: RouteTable.Rules) {
        self.providers = providers
        self.credentials = credentials
        self.rules = rules
    }

    /// Takes the models that the operator listed.
    mutating func addConfiguredModels() {
        for (index, provider) in providers.providers.enumerated() {
            for model in provider.models {
                add(model, aliases: [], offers: [(index, model.id)])
            }
        }
    }

    /// Takes the models of the catalog, as far as their providers exist.
    mutating func add(_ catalog: Catalog) {
        for model in catalog.models {
            let offers = model.offers.compactMap { offer in
                providers.index(of: offer.provider.rawValue).map { ($0, offer.model) }
            }
            let listed = ProviderModel(
                id: model.id,
                author: model.author,
                displayName: model.displayName,
                maxContextWindow: model.maxContextWindow,
                maxOutputTokens: model.maxOutputTokens
            )
            if !offers.isEmpty { add(listed, aliases: model.aliases, offers: offers) }
        }
    }

    private mutating func add(
        _ model: ProviderModel,
        aliases: [String],
        offers: [(Int, String)]
    ) {
        let key = model.id.lowercased()
        let place = places[key] ?? gathered.count
        if place == gathered.count {
            places[key] = place
            gathered.append(Gathered(listed: model))
        }
        gathered[place].listed.fill(from: model)
        gathered[place].aliases += aliases
        // What the operator lists for a provider stands before what the catalog says of it.
        for (provider, name) in offers
        where !gathered[place].offers.contains(where: { $0.provider == provider }) {
            gathered[place].offers.append((provider, name))
        }
    }

    /// Every name with what it leads to.
    ///
    /// A name with a provider beats a plain one, an id beats an alias; models that share a name
    /// share its candidates.
    var entries: [String: RouteEntry] {
        let offers = gathered.map(offers)
        var qualified: [String: [RouteEntry.Offer]] = [:]
        var plain: [String: [RouteEntry.Offer]] = [:]
        var aliases: [String: [RouteEntry.Offer]] = [:]
        var ids: [String: String] = [:]
        for (model, offers) in zip(gathered, offers) {
            let (own, other) = names(of: model)
            for name in own {
                plain[name, default: []] += offers
                ids[name] = ids[name] ?? model.listed.id
            }
            for name in other { aliases[name, default: []] += offers }
            for name in other { ids[name] = ids[name] ?? model.listed.id }
            for offer in offers {
                let provider = providers[offer.candidate.providerIndex].id.rawValue.lowercased()
                for name in own + other + [offer.candidate.model.lowercased()] {
                    let key = "\(provider):\(name)"
                    if qualified[key] == nil {
                        qualified[key] = [offer]
                        ids[key] = model.listed.id
                    }
                }
            }
        }
        plain.merge(aliases) { own, _ in own }
        plain.merge(qualified) { _, qualified in qualified }
        return Dictionary(
            uniqueKeysWithValues: plain.map { name, offers in
                (name, entry(id: ids[name] ?? name, offers))
            }
        )
    }

    /// The models with at least one candidate.
    var listedModels: [ListedModel] {
        gathered.enumerated()
            .map { place, model in (place, model, usableProviders(of: model)) }
            .filter { !$0.2.isEmpty }
            .sorted { ($0.2[0], $0.0) < ($1.2[0], $1.0) }
            .map { _, model, providers in
                ListedModel(
                    id: model.listed.id,
                    displayName: model.listed.displayName ?? model.listed.id,
                    author: model.listed.author,
                    maxContextWindow: model.listed.maxContextWindow,
                    maxOutputTokens: model.listed.maxOutputTokens,
                    providers: providers.map { self.providers[$0].id }
                )
            }
    }

    private func usableProviders(of model: Gathered) -> [Int] {
        offers(of: model).filter { $0.exclusion == nil }.map(\.candidate.providerIndex)
    }

    private func names(of model: Gathered) -> (own: [String], aliases: [String]) {
        let id = model.listed.id.lowercased()
        let aliases = model.aliases.map { $0.lowercased() }
        guard let author = model.listed.author?.lowercased() else { return ([id], aliases) }
        return ([id, "\(author)/\(id)"], aliases + aliases.map { "\(author)/\($0)" })
    }

    private func offers(of model: Gathered) -> [RouteEntry.Offer] {
        model.offers.sorted { $0.provider < $1.provider }.map { offer in
            let provider = providers[offer.provider]
            let candidate = Candidate(
                providerIndex: offer.provider,
                model: offer.model,
                displayName: "\(provider.id):\(offer.model)",
                isKnown: true
            )
            return RouteEntry.Offer(
                candidate: candidate,
                exclusion: exclusion(of: model.listed.id, at: offer.provider)
            )
        }
    }

    private func exclusion(of model: String, at index: Int) -> Exclusion? {
        let provider = providers[index]
        if let exclusion = rules.exclusion(of: provider) { return exclusion }
        if rules.onlyConfiguredModels, !provider.lists(model) { return .modelNotConfigured }
        return credentials[index].isEmpty ? .noCredential : nil
    }

    private func entry(id: String, _ offers: [RouteEntry.Offer]) -> RouteEntry {
        let sorted = offers.enumerated()
            .sorted {
                ($0.element.candidate.providerIndex, $0.offset)
                    < ($1.element.candidate.providerIndex, $1.offset)
            }
            .map(\.element)
        let usable = sorted.filter { $0.exclusion == nil }.map(\.candidate)
        let candidates = Dialect.allCases.map { dialect in
            usable.filter { providers[$0.providerIndex].surface(for: dialect) != nil }
        }
        return RouteEntry(id: id, offers: sorted, candidates: candidates)
    }
}

extension RouteTable.Rules {
    /// Why a provider may not be used at all.
    func exclusion(of provider: Provider) -> Exclusion? {
        if provider.isDisabled { return .disabled }
        return onlyConfiguredProviders && !provider.isConfigured ? .providerNotConfigured : nil
    }
}

extension Provider {
    /// Whether the operator listed that model for it.
    func lists(_ model: String) -> Bool {
        let name = model.lowercased()
        return models.contains { $0.id.lowercased() == name }
    }
}

extension ProviderModel {
    /// Takes what is not known yet from another description of the same model.
    fileprivate mutating func fill(from other: ProviderModel) {
        author = author ?? other.author
        displayName = displayName ?? other.displayName
        maxContextWindow = maxContextWindow ?? other.maxContextWindow
        maxOutputTokens = maxOutputTokens ?? other.maxOutputTokens
    }
}
