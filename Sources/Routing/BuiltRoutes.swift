import Model

/// The parts of a route table as they were built.
struct BuiltRoutes {
    /// Every model at every provider.
    var offers: [ModelOffer] = []
    /// The places of each model's offers, in the order in which models were found.
    var models: [[Int]] = []
    /// The names, before they are entries.
    var names = NameCollector()
    /// What is known by names in lower case.
    var entries: [String: RouteEntry] = [:]

    /// Every offer that can be used, for each reach, in order of preference.
    var everyCandidate: [[Candidate]] {
        let usable = offers.filter { $0.exclusion == nil }
            .sorted { ($0.providerIndex, $0.index) < ($1.providerIndex, $1.index) }
        return Reach.allCases.map { reach in
            usable.filter { reach.includes($0.dialects) }.map(\.candidate)
        }
    }

    /// The models with at least one candidate, in the order of the providers that serve them.
    func listedModels(_ providers: ProviderTable) -> [ListedModel] {
        models
            .map { indices in
                indices.map { offers[$0] }.filter {
                    $0.exclusion == nil && !providers[$0.providerIndex].dialects.isEmpty
                }
            }
            .filter { !$0.isEmpty }
            .enumerated()
            .sorted {
                ($0.element[0].providerIndex, $0.offset) < ($1.element[0].providerIndex, $1.offset)
            }
            .map { _, usable in
                Self.listed(usable[0].id, usable[0].facts, usable, isVirtual: false)
            }
    }

    /// The virtual models of which a target can be used; `reach` says to which provider a name that
    /// is not known is passed through.
    func listed(
        _ virtualModels: [VirtualModel],
        reach: (_ target: String) -> Provider?
    ) -> [ListedModel] {
        virtualModels.compactMap { virtual in
            var known: [ModelOffer] = []
            var others: [Provider] = []
            for target in virtual.targets {
                guard let entry = entries[target.lowercased()] else {
                    if let provider = reach(target) { others.append(provider) }
                    continue
                }
                known += entry.offers.filter { $0.exclusion == nil }
                    .compactMap { $0.candidate.offer.map { offers[$0] } }
            }
            if known.isEmpty, others.isEmpty { return nil }
            var facts = ModelFacts()
            facts.description = virtual.description
            return Self.listed(virtual.name, facts, known, others, isVirtual: true)
        }
    }

    /// A model with what follows from where it can be had.
    static func listed(
        _ id: String,
        _ facts: ModelFacts,
        _ usable: [ModelOffer],
        _ others: [Provider] = [],
        isVirtual: Bool
    ) -> ListedModel {
        var seen: Set<ProviderID> = []
        var dialects = DialectSet()
        for offer in usable { dialects.formUnion(offer.dialects) }
        for provider in others { dialects.formUnion(DialectSet(provider.dialects)) }
        let providers = (usable.map(\.provider) + others.map(\.id)).filter {
            seen.insert($0).inserted
        }
        return ListedModel(
            id: id,
            facts: facts,
            offers: usable,
            providers: providers,
            dialects: dialects,
            isVirtual: isVirtual
        )
    }
}

/// Collects what each name may mean.
///
/// A name with a provider beats a plain one, an id beats an alias; models that share a name share
/// its candidates.
struct NameCollector {
    private var qualified: [String: [Int]] = [:]
    private var plain: [String: [Int]] = [:]
    private var aliases: [String: [Int]] = [:]
    private var ids: [String: String] = [:]

    /// Takes the names of a model.
    mutating func add(id: String, aliases others: [String], authors: [String], offers: [ModelOffer])
    {
        let indices = offers.map(\.index)
        let own = Self.names([id], authors)
        let other = Self.names(others, authors)
        for name in own {
            plain[name, default: []] += indices
            ids[name] = ids[name] ?? id
        }
        for name in other {
            aliases[name, default: []] += indices
            ids[name] = ids[name] ?? id
        }
        for offer in offers {
            let provider = offer.provider.rawValue.lowercased()
            for name in own + other + [offer.model.lowercased()] {
                let key = "\(provider):\(name)"
                if qualified[key] == nil {
                    qualified[key] = [offer.index]
                    ids[key] = id
                }
            }
        }
    }

    /// Names with and without each author, in lower case.
    private static func names(_ names: [String], _ authors: [String]) -> [String] {
        names.map { $0.lowercased() }.flatMap { name in
            [name] + authors.map { "\($0.lowercased())/\(name)" }
        }
    }

    /// Every name with what it leads to; the same is made once.
    func entries(_ make: (_ id: String, _ offers: [Int]) -> RouteEntry) -> [String: RouteEntry] {
        struct Meaning: Hashable {
            let id: String
            let offers: [Int]
        }
        var all = plain
        all.merge(aliases) { own, _ in own }
        all.merge(qualified) { _, qualified in qualified }
        var made: [Meaning: RouteEntry] = [:]
        return Dictionary(
            uniqueKeysWithValues: all.map { name, offers in
                let meaning = Meaning(id: ids[name] ?? name, offers: offers)
                let entry = made[meaning] ?? make(meaning.id, offers)
                made[meaning] = entry
                return (name, entry)
            }
        )
    }
}
