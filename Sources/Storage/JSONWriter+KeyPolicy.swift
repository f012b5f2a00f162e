package import JSON
package import Model

extension JSONWriter {
    /// A policy as the members `access` and `router`, each null where nothing is said.
    ///
    /// - Parameter key: writes a key of a step.
    package mutating func policy(
        _ policy: KeyPolicy,
        key writeKey: (inout JSONWriter, ProviderKeyID) -> Void
    ) {
        key("access")
        access(policy.access)
        key("router")
        if policy.rules.isEmpty {
            null()
            return
        }
        beginObject()
        key("rules")
        beginArray()
        for rule in policy.rules {
            beginObject()
            if let provider = rule.provider { member("provider", provider.rawValue) }
            if let model = rule.model { member("model", model) }
            key("steps")
            beginArray()
            for step in rule.steps { self.step(step, writeKey) }
            endArray()
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func access(_ lists: AllowLists) {
        if lists.isEmpty {
            null()
            return
        }
        beginObject()
        allow("providers", lists.providers)
        allow("models", lists.models)
        endObject()
    }

    private mutating func allow(_ name: StaticString, _ entries: [String]?) {
        guard let entries else { return }
        key(name)
        beginObject()
        key("allow")
        beginArray()
        for entry in entries { string(entry) }
        endArray()
        endObject()
    }

    private mutating func step(
        _ step: KeyStep,
        _ writeKey: (inout JSONWriter, ProviderKeyID) -> Void
    ) {
        beginObject()
        switch step {
        case .managed: member("type", "managed")
        case .user(let strategy, let keys):
            member("type", "user")
            member("keySelectionStrategy", strategy.rawValue)
            key("keys")
            beginArray()
            for id in keys { writeKey(&self, id) }
            endArray()
        }
        endObject()
    }
}
