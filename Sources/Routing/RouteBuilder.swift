import Model

/// A model at a provider as it is gathered.
struct GatheredOffer {
    let provider: Int
    let model: String
    var facts: ModelFacts
    var isCustom: Bool
}

/// Collects the names of a route table.
struct RouteBuilder {
    /// A model gathered from the configuration and the catalog.
    private struct Gathered {
        let id: String
        var aliases: [String] = []
        /// What holds wherever it is served.
        var facts = ModelFacts()
        var offers: [GatheredOffer] = []
    }

    private let providers: ProviderTable
    private let credentials: [[Credential]]
    private let sealed: Set<Int>
    private let rules: RouteTable.Rules
    private var gathered: [Gathered] = []
    /// Places in `gathered` by id in lower case.
    private var places: [String: Int] = [:]

    /// - Parameter sealed: the providers' places for which there are keys that can't be opened.
    init(
        providers: ProviderTable,
        credentials: [[Credential]],
        sealed: Set<Int>,
        rules: RouteTable.Rules
    ) {
        self.providers = providers
        self.credentials = credentials
        self.sealed = sealed
        self.rules = rules
    }

    /// Takes the models that the operator listed.
    mutating func addConfiguredModels() {
        for (index, provider) in providers.providers.enumerated() {
            for model in provider.models {
                let offer = GatheredOffer(
                    provider: index,
                    model: model.upstreamID,
                    facts: model.facts,
                    isCustom: true
                )
                add(model.id, aliases: [], facts: model.facts, offers: [offer])
            }
        }
    }

    /// Takes the models of the catalog, as far as their providers exist.
    mutating func add(_ catalog: Catalog) {
        for model in catalog.models {
            let offers = model.offers.compactMap { offer -> GatheredOffer? in
                guard let index = providers.index(of: offer.provider.rawValue) else { return nil }
                var facts = offer.facts
                facts.fill(from: model.facts)
                return GatheredOffer(
                    provider: index,
                    model: offer.model,
                    facts: facts,
                    isCustom: false
                )
            }
            if offers.isEmpty { continue }
            add(model.id, aliases: model.aliases, facts: model.facts, offers: offers)
        }
    }

    private mutating func add(
        _ id: String,
        aliases: [String],
        facts: ModelFacts,
        offers: [GatheredOffer]
    ) {
        let key = id.lowercased()
        let place = places[key] ?? gathered.count
        if place == gathered.count {
            places[key] = place
            gathered.append(Gathered(id: id))
        }
        gathered[place].facts.fillIntrinsic(from: facts)
        gathered[place].aliases += aliases
        for offer in offers {
            let known = gathered[place].offers.firstIndex { $0.provider == offer.provider }
            if let known {
                // What the operator lists for a provider stands before what the catalog says of it.
                gathered[place].offers[known].facts.fill(from: offer.facts)
                gathered[place].offers[known].isCustom = false
            } else {
                gathered[place].offers.append(offer)
            }
        }
    }

    /// Everything that was gathered, found by name.
    func build(authors: Catalog) -> BuiltRoutes {
        var built = BuiltRoutes()
        for model in gathered {
            let author = model.facts.author.flatMap(authors.author)
            let first = built.offers.count
            for var offer in model.offers.sorted(by: { $0.provider < $1.provider }) {
                offer.facts.fillIntrinsic(from: model.facts)
                built.offers.append(
                    ModelOffer(
                        index: built.offers.count,
                        offer,
                        of: providers[offer.provider],
                        id: model.id,
                        aliases: model.aliases,
                        authorAliases: author?.aliases ?? [],
                        exclusion: exclusion(of: model.id, at: offer.provider)
                    )
                )
            }
            let indices = Array(first..<built.offers.count)
            built.models.append(indices)
            let authorNames = (model.facts.author.map { [$0] } ?? []) + (author?.aliases ?? [])
            built.names.add(
                id: model.id,
                aliases: model.aliases,
                authors: authorNames,
                offers: indices.map { built.offers[$0] }
            )
        }
        built.entries = built.names.entries { id, indices in
            entry(id: id, indices.map { built.offers[$0] })
        }
        return built
    }

    private func exclusion(of model: String, at index: Int) -> Exclusion? {
        let provider = providers[index]
        if let exclusion = rules.exclusion(of: provider) { return exclusion }
        // What an account lists for itself is nothing that the operator configured.
        if rules.onlyConfiguredModels, provider.owner != nil || !provider.lists(model) {
            return .modelNotConfigured
        }
        guard credentials[index].isEmpty else { return nil }
        return sealed.contains(index) ? .keySealed : .noCredential
    }

    private func entry(id: String, _ offers: [ModelOffer]) -> RouteEntry {
        let sorted = offers.enumerated()
            .sorted {
                ($0.element.providerIndex, $0.offset) < ($1.element.providerIndex, $1.offset)
            }
            .map(\.element)
        let all = sorted.map { RouteEntry.Offer(candidate: $0.candidate, exclusion: $0.exclusion) }
        let candidates = Reach.allCases.map { reach in
            zip(sorted, all)
                .filter { offer, _ in offer.exclusion == nil && reach.includes(offer.dialects) }
                .map { _, offer in offer.candidate }
        }
        return RouteEntry(id: id, offers: all, candidates: candidates)
    }
}

extension ModelOffer {
    /// What is tried where it is chosen.
    var candidate: Candidate {
        Candidate(
            providerIndex: providerIndex,
            // A copy of its own: tables of several loops must not count one reference.
            model: String(decoding: model.utf8, as: UTF8.self),
            displayName: "\(provider):\(model)",
            offer: index,
            owner: owner
        )
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
