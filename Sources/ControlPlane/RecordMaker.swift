package import Access
package import Model
import Routing
package import Storage

/// Makes records of what somebody wrote, which may name providers and hold values to be sealed.
package struct RecordMaker {
    private let configuration: Configuration
    private let providers: CustomProviders
    private let account: AccountID
    private let now: Timestamp
    private let author: String

    /// One for the records of an account, made at a moment by somebody.
    ///
    /// - Parameter providers: the providers and virtual models that accounts have made.
    package init(
        _ configuration: Configuration,
        _ providers: CustomProviders,
        for account: AccountID,
        at now: Timestamp,
        by author: String
    ) {
        self.configuration = configuration
        self.providers = providers
        self.account = account
        self.now = now
        self.author = author
    }

    /// The provider of that name, which the account or some gateway must have; in its own spelling.
    ///
    /// One of the account is known by its record's id as well.
    package func provider(
        _ name: String,
        at path: String,
        _ reason: DraftError.Reason = .value
    ) throws(DraftError) -> ProviderID {
        if let own = providers.record(name, of: account) { return own.providerID }
        for gateway in configuration.gateways {
            if let place = gateway.providers.index(of: name) { return gateway.providers[place].id }
        }
        let names = Set(
            configuration.gateways.flatMap { $0.providers.providers.map(\.id.rawValue) }
                + providers.records(of: account).map(\.providerID.rawValue)
        )
        let near = NearestNames.nearest(to: name, among: names, limit: 3)
        let remedy =
            near.isEmpty
            ? "there are \(names.sorted().joined(separator: ", "))"
            : "did you mean \(near.joined(separator: " or "))?"
        throw DraftError(reason, "\(path): there is no provider \"\(name)\"; \(remedy)")
    }

    /// A provider key, sealed.
    ///
    /// - Parameter count: the keys made before it at once, so that they stand in this order.
    package func providerKey(
        _ name: String,
        _ value: Secret,
        for provider: ProviderID,
        under master: MasterKey,
        after count: Int = 0
    ) -> ProviderKeyRecord {
        let moment = Timestamp(milliseconds: now.milliseconds + Int64(count))
        var random = SystemRandomNumberGenerator()
        let id = ProviderKeyID.make(at: moment, using: &random)
        let sealing = SealedRecord(id: id, account: account, provider: provider)
        return ProviderKeyRecord(
            id: id,
            accountID: account,
            providerID: provider,
            name: name,
            sealedValue: master.seal(value, for: sealing),
            keyRedacted: value.redacted,
            createdAt: moment,
            updatedAt: moment,
            createdBy: author,
            lastUpdatedBy: author
        )
    }

    /// The policy that a draft makes of another one, with the keys that are to be made for it.
    ///
    /// Providers must be known and are taken in their own spelling.
    ///
    /// - Parameter master: what new keys are sealed under; nil where there are none.
    package func policy(
        of draft: KeyConfigurationDraft,
        changing old: KeyPolicy,
        under master: MasterKey?
    ) throws(DraftError) -> (policy: KeyPolicy, newKeys: [ProviderKeyRecord]) {
        var policy = old
        var newKeys: [ProviderKeyRecord] = []
        if let access = draft.access {
            policy.access = try checked(access)
        }
        guard let rules = draft.rules else { return (policy, newKeys) }
        policy.rules = []
        for (place, rule) in rules.enumerated() {
            let known = try provider(rule.providerName, at: "router.rules[\(place)]", .router)
            var rule = rule
            rule.model = rule.model.map { address($0, at: known) }
            let made = try rule.rule(provider: rule.provider.map { _ in known }) {
                (key) throws(DraftError) in
                switch key {
                case .existing(let id): return id
                case .new(let name, let value):
                    guard let master else {
                        throw DraftError(.value, "router.rules[\(place)]: nothing can be sealed")
                    }
                    let count = newKeys.count
                    newKeys.append(
                        providerKey(name, value, for: known, under: master, after: count)
                    )
                    return newKeys[count].id
                }
            }
            policy.rules.append(made)
        }
        return (policy, newKeys)
    }

    /// A slip in an allow list would only shut out; it is said here.
    ///
    /// Providers of the account are kept by their names, by which requests are compared.
    private func checked(_ access: AllowLists) throws(DraftError) -> AllowLists {
        for (place, name) in (access.models ?? []).enumerated() {
            guard let targets = targets(of: name) else { continue }
            throw DraftError(
                .listedVirtualModel,
                "access.models.allow[\(place)]: '\(name)' is a virtual model; list what it leads "
                    + "to: \(targets.joined(separator: ", "))"
            )
        }
        var access = access
        for (place, name) in (access.providers ?? []).enumerated() where !name.hasSuffix("*") {
            let known = try provider(name, at: "access.providers.allow[\(place)]")
            if name.hasPrefix(CustomProviderID.prefix) {
                access.providers?[place] = known.rawValue
            }
        }
        for (place, name) in (access.models ?? []).enumerated() {
            guard let mark = name.firstIndex(where: { $0 == ":" || $0 == "/" }), name[mark] == ":"
            else { continue }
            let known = try provider(String(name[..<mark]), at: "access.models.allow[\(place)]")
            access.models?[place] = address(name, at: known)
        }
        return access
    }

    /// A model's address, in which a provider of the account is called by its name.
    private func address(_ written: String, at provider: ProviderID) -> String {
        guard written.hasPrefix(CustomProviderID.prefix), let mark = written.firstIndex(of: ":")
        else { return written }
        return provider.rawValue + written[mark...]
    }

    /// What a virtual model of the operator or of the account leads to; nil for another name.
    private func targets(of name: String) -> [String]? {
        let lowercased = name.lowercased()
        return configuration.virtualModels.first { $0.name.lowercased() == lowercased }?.targets
            ?? providers.virtualModels(of: account)
            .first { $0.name.lowercased() == lowercased }?.targets
    }
}

extension KeyConfigurationDraft {
    /// Whether keys stand in it that are to be made.
    package var makesKeys: Bool {
        (rules ?? []).contains { rule in
            rule.steps.contains { step in
                guard case .user(_, let keys) = step else { return false }
                return keys.contains { key in
                    if case .new = key { return true }
                    return false
                }
            }
        }
    }
}
