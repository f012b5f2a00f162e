import Access
import JSON
package import Model
import Routing

/// A rule as a person writes it: its keys may be new ones, each with its value.
package struct KeyRuleDraft: Equatable, Sendable {
    /// The provider; nil where the model names it.
    package var provider: String?
    /// The model as `provider:model`; nil for a rule about everything at the provider.
    package var model: String?
    /// What is tried, one after the other.
    package var steps: [Step]

    /// One link of the chain.
    package enum Step: Equatable, Sendable {
        case user(KeyStrategy, [Key])
        case managed
    }

    /// A key of a step.
    package enum Key: Equatable, Sendable {
        /// One that is there.
        case existing(ProviderKeyID)
        /// One that is to be made.
        case new(name: String, value: Secret)
    }

    /// The provider, wherever it stands.
    package var providerName: String {
        KeyRule(provider: provider.map { ProviderID($0) }, model: model, steps: []).providerName
    }
}

extension KeyPolicy {
    /// The policy of a line of the store, whose keys are all there.
    init(access: JSONValue, router: JSONValue) throws(MemberError) {
        self.init(access: try AllowLists(WrittenValue(access, at: "access")))
        for (index, draft) in try KeyRuleDraft.list(WrittenValue(router, at: "router")).enumerated()
        {
            rules.append(
                try draft.rule(provider: draft.provider.map { ProviderID($0) }) {
                    (key) throws(MemberError) in
                    guard case .existing(let id) = key else {
                        throw MemberError("router.rules[\(index)]: a key without \"id\"")
                    }
                    return id
                }
            )
        }
    }
}

extension AllowLists {
    init(_ written: WrittenValue) throws(MemberError) {
        self.init()
        if written.isNull { return }
        try written.requireObject(of: ["providers", "models"])
        providers = try Self.entries(written["providers"]) { _ in nil }
        models = try Self.entries(written["models"]) { entry in
            if entry.hasSuffix("*") { return nil }
            do throws(ModelAddressError) {
                _ = try ModelAddress.parse(entry)
                return nil
            } catch {
                return "'\(entry)' is no model: \(error)"
            }
        }
    }

    private static func entries(
        _ written: WrittenValue?,
        problem: (String) -> String?
    ) throws(MemberError) -> [String]? {
        guard let written, !written.isNull else { return nil }
        try written.requireObject(of: ["allow"])
        var entries: [String] = []
        for entry in try written.required("allow").elements(0...Limits.allowListEntries) {
            let text = try entry.text(atMost: ModelAddress.longest)
            guard !text.isEmpty else { throw entry.error("empty") }
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
                throw entry.error("it has a space or a control character")
            }
            guard !text.dropLast().contains("*") else {
                throw entry.error("a * may stand at the end alone")
            }
            if let problem = problem(text) { throw entry.error(problem) }
            entries.append(text)
        }
        return entries
    }
}

extension KeyRuleDraft {
    /// The rules of a router, no two about the same.
    static func list(_ router: WrittenValue) throws(MemberError) -> [KeyRuleDraft] {
        if router.isNull { return [] }
        try router.requireObject(of: ["rules"])
        var drafts: [KeyRuleDraft] = []
        for rule in try router.required("rules").elements(0...Limits.configurationRules) {
            let draft = try KeyRuleDraft(rule)
            let twin = drafts.firstIndex {
                $0.model?.lowercased() == draft.model?.lowercased()
                    && $0.providerName.lowercased() == draft.providerName.lowercased()
            }
            if let twin { throw rule.error("it is about the same as router.rules[\(twin)]") }
            drafts.append(draft)
        }
        return drafts
    }

    private init(_ written: WrittenValue) throws(MemberError) {
        try written.requireObject(of: ["provider", "model", "steps"])
        provider = try written["provider"].flatMap { (name) throws(MemberError) in
            name.isNull ? nil : try name.text(atMost: Limits.identifierBytes)
        }
        model = try written["model"].flatMap { (name) throws(MemberError) in
            name.isNull ? nil : try KeyRuleDraft.model(name)
        }
        guard provider ?? model != nil else {
            throw written.error("it names neither \"provider\" nor \"model\"")
        }
        if provider?.isEmpty == true { throw written.error("\"provider\" is empty") }
        if let provider, let model,
            !model.lowercased().hasPrefix(provider.lowercased() + ":")
        {
            throw written.error("the model '\(model)' is not one of the provider '\(provider)'")
        }
        steps = []
        for step in try written.required("steps").elements(1...Limits.ruleSteps) {
            steps.append(try KeyRuleDraft.step(step))
        }
    }

    private static func model(_ written: WrittenValue) throws(MemberError) -> String {
        let text = try written.text(atMost: ModelAddress.longest)
        guard !text.contains("*") else {
            throw written.error("a rule is about one model, or with \"provider\" alone about all")
        }
        let address: ModelAddress
        do throws(ModelAddressError) {
            address = try ModelAddress.parse(text)
        } catch {
            throw written.error("'\(text)' is no model: \(error)")
        }
        guard address.provider != nil else {
            throw written.error("'\(text)' names no provider; write it as provider:\(text)")
        }
        return text
    }

    private static func step(_ written: WrittenValue) throws(MemberError) -> Step {
        let names = ["type", "keySelectionStrategy", "keys"]
        try written.requireObject(of: names)
        switch try written.required("type").text(atMost: Limits.nameLength) {
        case "managed", "ngrok":
            for name in names.dropFirst() where written[name] != nil {
                throw written.error("a managed step takes no \"\(name)\"")
            }
            return .managed
        case "user": break
        case let type:
            throw written.error("\"type\" is \"user\" or \"managed\", not \"\(type)\"")
        }
        var keys: [Key] = []
        for key in try written.required("keys").elements(1...Limits.stepKeys) {
            let read = try KeyRuleDraft.key(key)
            guard !keys.contains(read) else { throw key.error("it is in the step twice") }
            keys.append(read)
        }
        return .user(try strategy(written["keySelectionStrategy"]), keys)
    }

    private static func strategy(_ written: WrittenValue?) throws(MemberError) -> KeyStrategy {
        guard let written, !written.isNull else { return .ordered }
        let text = try written.text(atMost: Limits.nameLength)
        guard let strategy = KeyStrategy(rawValue: text) else {
            let all = KeyStrategy.allCases.map(\.rawValue).joined(separator: ", ")
            throw written.error("\"\(text)\" is none of \(all)")
        }
        return strategy
    }

    private static func key(_ written: WrittenValue) throws(MemberError) -> Key {
        try written.requireObject(of: ["id", "name", "value"])
        if let id = written["id"] {
            for name in ["name", "value"] where written[name] != nil {
                throw written.error("a key has \"id\" alone, or \"name\" and \"value\"")
            }
            let text = try id.text(atMost: Limits.identifierBytes)
            guard !text.isEmpty else { throw id.error("empty") }
            return .existing(ProviderKeyID(text))
        }
        let name = try written.required("name").text(atMost: Limits.nameLength)
        guard !name.isEmpty else { throw written.error("\"name\" is empty") }
        let value = try written.required("value")
        let text = try value.text(atMost: Limits.providerKeyValueBytes)
        if let problem = ProviderKeyRecord.problem(ofValue: text) { throw value.error(problem) }
        return .new(name: name, value: Secret(text))
    }

    /// The rule, once it is known of each key which one it is.
    package func rule<Failure: Error>(
        provider: ProviderID?,
        _ id: (Key) throws(Failure) -> ProviderKeyID
    ) throws(Failure) -> KeyRule {
        var made = KeyRule(provider: provider, model: model, steps: [])
        for step in steps {
            switch step {
            case .managed: made.steps.append(.managed)
            case .user(let strategy, let keys):
                var ids: [ProviderKeyID] = []
                for key in keys { ids.append(try id(key)) }
                made.steps.append(.user(strategy, ids))
            }
        }
        return made
    }
}
