import Model

/// What a table comes to for an access key under rules.
extension RouteTable {
    /// The models that such a key can use, each where it can; nil: a key under none.
    package func models(under keyRules: KeyRules?) -> [ListedModel] {
        guard let keyRules else { return models }
        return models.compactMap { narrowed($0, keyRules) }
    }

    /// The listed model of that name, if such a key can use it.
    package func listedModel(named name: String, under keyRules: KeyRules?) -> ListedModel? {
        guard let model = listedModel(named: name), let keyRules else {
            return listedModel(named: name)
        }
        return narrowed(model, keyRules)
    }

    private func narrowed(_ model: ListedModel, _ keyRules: KeyRules) -> ListedModel? {
        let usable = model.offers.filter { keyRules.exclusion(of: $0) == nil }
        if !model.isVirtual, usable.count == model.offers.count { return model }
        let others = model.isVirtual ? passedTo(model.id, keyRules) : []
        if usable.isEmpty, others.isEmpty { return nil }
        let facts = model.isVirtual ? model.facts : usable[0].facts
        return BuiltRoutes.listed(model.id, facts, usable, others, isVirtual: model.isVirtual)
    }

    /// The providers of a virtual model's targets that nobody knows.
    private func passedTo(_ virtual: String, _ keyRules: KeyRules) -> [Provider] {
        let targets = virtualModel(named: virtual)?.targets ?? []
        return targets.filter { entry(named: $0) == nil }.compactMap { target in
            passed(target, keyRules)
        }
    }

    private func passed(_ name: String, _ keyRules: KeyRules) -> Provider? {
        do throws(ModelRefusal) {
            return providers[try passThrough(name, .every, keyRules).providerIndex]
        } catch {
            return nil
        }
    }

    /// Why such a key can use none of the offers of a name; nil where that is nobody's rule.
    ///
    /// Of what it may not reach it need not know more.
    func refusal(
        of name: String,
        _ offers: [RouteEntry.Offer],
        under keyRules: KeyRules
    ) -> ModelRefusal? {
        let bars = offers.map { keyRules.bar(of: $0.candidate) }
        if let first = offers.first, !bars.contains(nil) {
            return bars.contains(.model)
                ? .modelNotAllowed(name)
                : .providerNotAllowed(providers[first.candidate.providerIndex].id.rawValue)
        }
        func first(_ exclusion: Exclusion) -> String? {
            let offer = offers.first {
                $0.exclusion == nil && keyRules.exclusion(of: $0.candidate) == exclusion
            }
            return offer.map { providers[$0.candidate.providerIndex].id.rawValue }
        }
        if let provider = first(.keySealed) { return .keySealed(name, provider: provider) }
        return first(.noCredentialInRule).map { .noCredential(name, provider: $0) }
    }
}
