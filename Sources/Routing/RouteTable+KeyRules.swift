import Model

/// What a table comes to for an access key under rules.
extension RouteTable {
    /// The models that such a key can use; nil: a key under none.
    package func models(under keyRules: KeyRules?) -> [ListedModel] {
        guard let keyRules else { return models }
        return models.filter { isUsable($0, keyRules) }
    }

    /// The listed model of that name, if such a key can use it.
    package func listedModel(named name: String, under keyRules: KeyRules?) -> ListedModel? {
        guard let model = listedModel(named: name) else { return nil }
        if let keyRules, !isUsable(model, keyRules) { return nil }
        return model
    }

    private func isUsable(_ model: ListedModel, _ keyRules: KeyRules) -> Bool {
        guard model.isVirtual else { return isServed(model.id, keyRules) }
        return virtualModel(named: model.id)?.targets.contains { isServed($0, keyRules) } ?? false
    }

    private func isServed(_ name: String, _ keyRules: KeyRules) -> Bool {
        guard let entry = entry(named: name) else {
            return Dialect.allCases.contains { isPassed(name, $0, keyRules) }
        }
        return entry.offers.contains {
            $0.exclusion == nil && keyRules.exclusion(of: $0.candidate) == nil
        }
    }

    private func isPassed(_ name: String, _ dialect: Dialect, _ keyRules: KeyRules) -> Bool {
        do throws(ModelRefusal) {
            _ = try passThrough(name, dialect, keyRules)
            return true
        } catch {
            return false
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
        let keyless = offers.first {
            $0.exclusion == nil && keyRules.exclusion(of: $0.candidate) == .noCredentialInRule
        }
        return keyless.map {
            .noCredential(name, provider: providers[$0.candidate.providerIndex].id.rawValue)
        }
    }
}
