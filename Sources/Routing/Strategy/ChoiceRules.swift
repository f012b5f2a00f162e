import Selection

/// How a gateway chooses among the models and the keys of a request, beyond their order.
package struct ChoiceRules: Sendable {
    /// What chooses among models; nil: nothing.
    package var models: ModelSelection?
    /// What puts the candidates of a model in order; nil: the order of the providers.
    package var preference: Preference?
    /// What chooses among the keys of a provider; nil: nothing.
    package var keys: KeySelection?

    /// Rules; none unless said.
    package init(
        models: ModelSelection? = nil,
        preference: Preference? = nil,
        keys: KeySelection? = nil
    ) {
        self.models = models
        self.preference = preference
        self.keys = keys
    }

    /// Whether every candidate and key is tried in the order in which it was found.
    package var isEmpty: Bool { models == nil && preference == nil && keys == nil }

    /// Whether what chooses may look at a field of something that has a name.
    package func uses(_ field: String, of name: String) -> Bool {
        models?.program.uses(field, of: name) == true
            || keys?.program.uses(field, of: name) == true
    }

    /// Whether it matters what a request asks for, beyond the model's name; where it names none,
    /// and no expression decides, it does in any case.
    package var usesTraits: Bool {
        switch preference {
        case .cheapest, .fastest: return true
        case .reliable, nil: break
        }
        return ["tokens", "tools", "images", "stream"].contains { uses($0, of: "req") }
    }

    /// The same rules for another thread, which then counts no reference that this one counts.
    package var renewed: ChoiceRules {
        ChoiceRules(models: models?.renewed, preference: preference, keys: keys?.renewed)
    }
}

extension ChoiceRules {
    /// The candidates of a request in the order in which they are tried; nil: as they were found.
    ///
    /// Of models that the client named, the expressions leave some and the preference orders the
    /// candidates of each. Where it named none, the expressions' own order holds.
    package func choose(
        among resolved: ResolvedModels,
        by facts: ChoiceFacts
    ) throws(SelectionFailure) -> ChosenModels? {
        guard let models else {
            guard resolved.isOpen else { return preference?.order(resolved.candidates, by: facts) }
            return try OpenChoice.order(resolved.candidates, preference, by: facts)
        }
        if resolved.isOpen {
            return try models.choose(among: resolved.candidates, .asChosen, by: facts)
        }
        let chosen = try models.choose(among: resolved.candidates, .asNamed, by: facts)
        guard let preference else { return chosen }
        return ChosenModels(
            candidates: preference.order(chosen.candidates, by: facts).candidates,
            reason: chosen.reason
        )
    }
}
