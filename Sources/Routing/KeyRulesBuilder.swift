package import Model

/// Makes configurations ready for one route table.
package struct KeyRulesBuilder {
    private let routes: RouteTable
    private let turns: KeyTurns
    /// All names in order, for entries that end in `*`.
    private lazy var names = routes.entries.keys.sorted()

    /// Begins for a table.
    package init(routes: RouteTable, turns: KeyTurns) {
        self.routes = routes
        self.turns = turns
    }

    /// Makes one ready.
    ///
    /// Its rules name no key that is not there; a provider that this gateway does not have is one
    /// that no candidate is at.
    package mutating func rules(_ id: ConfigurationID, _ policy: KeyPolicy) -> KeyRules {
        var providerChains: [(provider: Int, chain: KeyChain)] = []
        var modelChains: [String: KeyChain] = [:]
        var turn = turns.firstTurn(of: id) ?? 0
        for (place, rule) in policy.rules.enumerated() {
            let first = turn
            turn += rule.steps.count { $0 != .managed }
            guard let provider = routes.providers.index(of: rule.providerName) else { continue }
            let chain = chain(of: rule, at: place, provider, firstTurn: first)
            guard let model = rule.model else {
                providerChains.append((provider, chain))
                continue
            }
            for name in candidateNames(of: model, at: provider) where modelChains[name] == nil {
                modelChains[name] = chain
            }
        }
        return KeyRules(
            id,
            providers: policy.access.providers.map { allowedProviders($0) },
            models: policy.access.models.map { allowedModels($0) },
            providerChains: providerChains,
            modelChains: modelChains,
            turns: turns
        )
    }

    private func chain(
        of rule: KeyRule,
        at place: Int,
        _ provider: Int,
        firstTurn: Int
    ) -> KeyChain {
        var turn = firstTurn
        var steps: [KeyChain.Step] = []
        // A key that an earlier step tries has failed when a later one comes to it.
        var seen: [Credential.Source] = []
        for step in rule.steps {
            let strategy: KeyStrategy
            var credentials: [Credential]
            switch step {
            case .managed:
                strategy = .ordered
                credentials = KeyOrder.credentials(at: routes.providers[provider], own: [])
            case .user(let chosen, let keys):
                strategy = chosen
                let own = routes.credentials(at: provider)
                credentials = keys.compactMap { key in own.first { $0.source == .own(key) } }
            }
            credentials.removeAll { seen.contains($0.source) }
            seen += credentials.map(\.source)
            steps.append(KeyChain.Step(strategy: strategy, credentials: credentials, turn: turn))
            if step != .managed { turn += 1 }
        }
        let isSealed = rule.steps.flatMap(\.keys).contains { routes.sealedKeys.contains($0) }
        return KeyChain(rule: place, steps: steps, isSealed: isSealed)
    }

    /// What candidates of a model at a provider are called; the text itself where nobody knows it.
    private func candidateNames(of model: String, at provider: Int) -> [String] {
        let name = model.lowercased()
        let known = (routes.entries[name]?.offers ?? []).map(\.candidate)
            .filter { $0.providerIndex == provider }
            .map(\.displayName)
        return known + [name]
    }

    private func allowedProviders(_ entries: [String]) -> [Bool] {
        let entries = entries.map { $0.lowercased() }
        return routes.providers.providers.map { provider in
            let id = provider.id.rawValue.lowercased()
            return entries.contains { entry in
                entry.hasSuffix("*") ? id.hasPrefix(entry.dropLast()) : id == entry
            }
        }
    }

    private mutating func allowedModels(_ entries: [String]) -> AllowedModels {
        var allowed = AllowedModels()
        for entry in entries.map({ $0.lowercased() }) {
            if entry.hasSuffix("*") {
                let beginning = String(entry.dropLast())
                allowed.beginnings.append(beginning)
                for name in names(beginningWith: beginning) { allow(name, &allowed) }
            } else {
                allowed.written.insert(entry)
                allow(entry, &allowed)
            }
        }
        return allowed
    }

    private func allow(_ name: String, _ allowed: inout AllowedModels) {
        for offer in routes.entries[name]?.offers ?? [] {
            allowed.known.insert(offer.candidate.displayName)
        }
    }

    private mutating func names(beginningWith beginning: String) -> ArraySlice<String> {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle] < beginning { low = middle + 1 } else { high = middle }
        }
        return names[low...].prefix { $0.hasPrefix(beginning) }
    }
}
