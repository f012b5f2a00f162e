/// How a gateway chooses among the models and the keys of a request, beyond their order.
package struct ChoiceRules: Sendable {
    /// What chooses among models; nil: nothing.
    package var models: ModelSelection?
    /// What chooses among the keys of a provider; nil: nothing.
    package var keys: KeySelection?

    /// Rules; none unless said.
    package init(models: ModelSelection? = nil, keys: KeySelection? = nil) {
        self.models = models
        self.keys = keys
    }

    /// Whether every candidate and key is tried in the order in which it was found.
    package var isEmpty: Bool { models == nil && keys == nil }

    /// Whether what chooses may look at a field of something that has a name.
    package func uses(_ field: String, of name: String) -> Bool {
        models?.program.uses(field, of: name) == true
            || keys?.program.uses(field, of: name) == true
    }

    /// The same rules for another thread, which then counts no reference that this one counts.
    package var renewed: ChoiceRules {
        ChoiceRules(models: models?.renewed, keys: keys?.renewed)
    }
}
