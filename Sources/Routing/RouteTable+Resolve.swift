import Model

/// What the names of one request lead to.
package struct ResolvedModels: Sendable {
    /// What is tried, in order.
    package let candidates: [Candidate]
    /// The names that lead nowhere, beside others that do.
    package let rejected: [RejectedModel]
    /// Whether the client named more than one model, or left the choice open.
    package let namesSeveral: Bool
    /// Whether the client named none: these are all that it could use.
    package var isOpen = false

    /// The same names with these candidates alone, in this order.
    package func narrowed(to candidates: [Candidate]) -> ResolvedModels {
        ResolvedModels(
            candidates: candidates,
            rejected: rejected,
            namesSeveral: namesSeveral,
            isOpen: isOpen
        )
    }
}

/// A name of a client's list that is never run.
package struct RejectedModel: Equatable, Sendable {
    /// The name as the client wrote it.
    package let name: String
    /// Why.
    package let refusal: ModelRefusal
}

extension RouteTable {
    /// Finds the candidates for `model` and its fallbacks `models`, in the order of the names.
    ///
    /// A name that leads nowhere is refused when no other does.
    package func resolve(
        model: String?,
        models fallbacks: [String] = [],
        for reach: Reach,
        under keyRules: KeyRules? = nil
    ) throws(ModelRefusal) -> ResolvedModels {
        guard fallbacks.count <= Limits.modelsOfARequest else { throw .tooMany }
        guard let first = model ?? fallbacks.first else { throw .missing }
        if fallbacks.allSatisfy({ $0 == first }) {
            guard let virtual = virtualModel(named: first) else {
                return ResolvedModels(
                    candidates: try candidates(for: first, reach, keyRules),
                    rejected: [],
                    namesSeveral: false
                )
            }
            return try resolve(virtual, for: reach, keyRules)
        }
        let names = (model.map { [$0] } ?? []) + fallbacks
        return try resolve(names, for: reach) { name throws(ModelRefusal) in
            try targets(of: name, reach, keyRules)
        }
    }

    /// Every model that such a key can use, where nobody named one.
    package func everyCandidate(
        for reach: Reach,
        under keyRules: KeyRules? = nil
    ) -> [Candidate] {
        let all = everyCandidate[reach.ordinal]
        guard let keyRules else { return all }
        return all.filter { keyRules.exclusion(of: $0) == nil }
    }

    /// Whether a name leaves the choice to the gateway.
    package static func isOpen(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "auto"
        case 10: name.lowercased() == "ngrok/auto"
        default: false
        }
    }

    /// The virtual model of that name.
    package func virtualModel(named name: String) -> VirtualModel? {
        if virtualModels.isEmpty { return nil }
        return virtualModels[name] ?? virtualModels[name.lowercased()]
    }

    /// The operator wrote the targets, so that of those that lead nowhere the client hears only
    /// when all do.
    private func resolve(
        _ virtual: VirtualModel,
        for reach: Reach,
        _ keyRules: KeyRules?
    ) throws(ModelRefusal) -> ResolvedModels {
        let resolved = try resolve(virtual.targets, for: reach) { target throws(ModelRefusal) in
            try candidates(for: target, reach, keyRules)
        }
        return ResolvedModels(
            candidates: resolved.candidates,
            rejected: [],
            namesSeveral: resolved.namesSeveral
        )
    }

    /// The same for an operation, which may ask for keys of the account's own.
    ///
    /// - Parameter isCounted: whether what managed traffic costs is counted.
    package func resolve(
        model: String?,
        models fallbacks: [String] = [],
        for operation: Operation,
        under keyRules: KeyRules? = nil,
        isCounted: Bool = false
    ) throws(ModelRefusal) -> ResolvedModels {
        if operation.generates, fallbacks.isEmpty, model.map(RouteTable.isOpen) ?? true {
            let every = everyCandidate(for: operation.reach, under: keyRules)
            guard !every.isEmpty else { throw .nothingReachable }
            return ResolvedModels(
                candidates: every,
                rejected: [],
                namesSeveral: true,
                isOpen: true
            )
        }
        let resolved = try resolve(
            model: model,
            models: fallbacks,
            for: operation.reach,
            under: keyRules
        )
        guard operation.needsOwnKey(isCounted: isCounted) else { return resolved }
        let keys = KeyChoice(self, under: keyRules, for: operation, isCounted: isCounted)
        let own = resolved.candidates.filter { keys.keyCount(for: $0) > 0 }
        guard !own.isEmpty else { throw .ownKeyNeeded(model ?? fallbacks.first ?? "") }
        return ResolvedModels(
            candidates: own,
            rejected: resolved.rejected,
            namesSeveral: resolved.namesSeveral
        )
    }

    private func resolve(
        _ names: [String],
        for reach: Reach,
        _ find: (String) throws(ModelRefusal) -> [Candidate]
    ) throws(ModelRefusal) -> ResolvedModels {
        var all: [Candidate] = []
        var rejected: [RejectedModel] = []
        var isRun: Set<String> = []
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted {
            do throws(ModelRefusal) {
                for candidate in try find(name)
                where isRun.insert(candidate.displayName).inserted {
                    all.append(candidate)
                }
            } catch {
                rejected.append(RejectedModel(name: name, refusal: error))
            }
        }
        if all.isEmpty, let first = rejected.first { throw first.refusal }
        return ResolvedModels(candidates: all, rejected: rejected, namesSeveral: seen.count > 1)
    }

    /// The candidates of a name, which may be that of a virtual model.
    private func targets(
        of name: String,
        _ reach: Reach,
        _ keyRules: KeyRules?
    ) throws(ModelRefusal) -> [Candidate] {
        guard let virtual = virtualModel(named: name) else {
            return try candidates(for: name, reach, keyRules)
        }
        return try resolve(virtual, for: reach, keyRules).candidates
    }

    /// What is known by a name and is no candidate, with the reason.
    package func leftOut(
        _ name: String,
        for reach: Reach,
        under keyRules: KeyRules? = nil
    ) -> [(candidate: Candidate, exclusion: Exclusion)] {
        if let virtual = virtualModel(named: name) {
            return virtual.targets.flatMap { leftOut($0, for: reach, under: keyRules) }
        }
        guard let entry = entry(named: name) else { return [] }
        return entry.offers.compactMap { offer in
            let reason =
                offer.exclusion ?? (isWithin(reach, offer) ? nil : .dialectNotOffered)
                ?? keyRules?.exclusion(of: offer.candidate)
            return reason.map { (offer.candidate, $0) }
        }
    }

    /// Why nobody could ever serve a name here, with whatever keys; nil when somebody could.
    package func reasonWhyUnknown(_ name: String) -> ModelRefusal? {
        if entry(named: name) != nil { return nil }
        do throws(ModelRefusal) {
            _ = try passThrough(name, .every)
            return nil
        } catch {
            switch error {
            case .unknownModel, .unknownProvider, .malformed, .choiceNotAlone: return error
            case .missing, .tooMany, .providerNotAllowed, .modelNotAllowed, .pathNotOffered,
                .nothingReachable, .noCredential, .keySealed, .ownKeyNeeded:
                return nil
            }
        }
    }

    /// Whether a name means a model here, whoever may use it.
    package func knows(_ name: String) -> Bool { entry(named: name) != nil }

    func entry(named name: String) -> RouteEntry? {
        entries[name] ?? entries[name.lowercased()]
    }

    private func isWithin(_ reach: Reach, _ offer: RouteEntry.Offer) -> Bool {
        reach.includes(DialectSet(providers[offer.candidate.providerIndex].dialects))
    }

    private func candidates(
        for name: String,
        _ reach: Reach,
        _ keyRules: KeyRules?
    ) throws(ModelRefusal) -> [Candidate] {
        guard name.utf8.count <= ModelAddress.longest else {
            throw .malformed("\(name.prefix(40))...", .tooLong)
        }
        guard let entry = entry(named: name) else {
            return [try passThrough(name, reach, keyRules)]
        }
        var found = entry.candidates[reach.ordinal]
        if let keyRules { found.removeAll { keyRules.exclusion(of: $0) != nil } }
        if found.isEmpty { throw refusal(of: name, entry, reach, keyRules) }
        return found
    }

    /// Why a known name has no candidate: the reason that is easiest to mend comes first.
    private func refusal(
        of name: String,
        _ entry: RouteEntry,
        _ reach: Reach,
        _ keyRules: KeyRules?
    ) -> ModelRefusal {
        var speaking = entry.offers.filter { isWithin(reach, $0) }
        if let keyRules {
            if let refusal = refusal(of: name, speaking, under: keyRules) { return refusal }
            speaking.removeAll { keyRules.bar(of: $0.candidate) != nil }
        }
        let keyless =
            speaking.first { $0.exclusion == .keySealed }
            ?? speaking.first { $0.exclusion == .noCredential }
        if let keyless { return keyRefusal(of: name, at: keyless.candidate.providerIndex) }
        let barred = speaking.first {
            $0.exclusion == .disabled || $0.exclusion == .providerNotConfigured
        }
        if let barred {
            return .providerNotAllowed(providers[barred.candidate.providerIndex].id.rawValue)
        }
        if speaking.contains(where: { $0.exclusion == .modelNotConfigured }) {
            return unknownModel(name, keyRules)
        }
        return .pathNotOffered(name, reach)
    }

    /// A name that nobody knows goes to the provider it names, as it is.
    func passThrough(
        _ name: String,
        _ reach: Reach,
        _ keyRules: KeyRules? = nil
    ) throws(ModelRefusal) -> Candidate {
        let address: ModelAddress
        switch ModelAddress.read(name) {
        case .success(let read): address = read
        case .failure(let error): throw .malformed(name, error)
        }
        guard let id = address.provider else {
            if RouteTable.isOpen(name) { throw .choiceNotAlone(name) }
            throw unknownModel(name, keyRules)
        }
        guard let index = providers.index(of: id) else { throw unknownProvider(id) }
        let provider = providers[index]
        let candidate = Candidate(
            providerIndex: index,
            model: address.qualifiedModel,
            displayName: "\(provider.id):\(address.qualifiedModel)",
            offer: nil,
            owner: provider.owner
        )
        switch keyRules?.bar(of: candidate) {
        case .provider: throw .providerNotAllowed(provider.id.rawValue)
        case .model: throw .modelNotAllowed(name)
        case nil: break
        }
        if rules.exclusion(of: provider) != nil {
            throw .providerNotAllowed(provider.id.rawValue)
        }
        if rules.onlyConfiguredModels { throw unknownModel(name, keyRules) }
        guard reach.includes(DialectSet(provider.dialects)) else {
            throw .pathNotOffered(name, reach)
        }
        guard !credentials(at: index).isEmpty else { throw keyRefusal(of: name, at: index) }
        switch keyRules?.exclusion(of: candidate) {
        case nil: break
        case .keySealed: throw .keySealed(name, provider: provider.id.rawValue)
        case .some: throw .noCredential(name, provider: provider.id.rawValue)
        }
        return candidate
    }

    private func unknownModel(_ name: String, _ keyRules: KeyRules?) -> ModelRefusal {
        let bare = name.split(whereSeparator: { $0 == ":" || $0 == "/" }).last.map(String.init)
        let names = nameable(keyRules)
        let whole = NearestNames.nearest(to: name, among: names, limit: 3)
        let others = NearestNames.nearest(to: bare ?? name, among: names, limit: 3)
        let nearest = whole + others.filter { !whole.contains($0) }
        return .unknownModel(name, nearest: Array(nearest.prefix(3)))
    }

    /// The models that are worth a suggestion: those that can be used, or all when none can.
    private func nameable(_ keyRules: KeyRules?) -> [String] {
        models.isEmpty ? Set(offers.map(\.id)).sorted() : models(under: keyRules).map(\.id)
    }

    private func unknownProvider(_ id: String) -> ModelRefusal {
        let usable = providers.providers.filter { rules.exclusion(of: $0) == nil }
        return .unknownProvider(
            id,
            nearest: NearestNames.nearest(
                to: id,
                among: usable.map(\.id.rawValue),
                limit: 3
            )
        )
    }
}
