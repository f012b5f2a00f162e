import Access
import Model
import Routing
import Storage

extension StoreSession {
    /// The policy that a draft makes of another one, with the keys that are to be made for it.
    ///
    /// Providers must be known to the configuration and are taken in their own spelling.
    func policy(
        of draft: KeyConfigurationDraft,
        changing old: KeyPolicy,
        for account: AccountID
    ) throws -> (policy: KeyPolicy, newKeys: [ProviderKeyRecord]) {
        var policy = old
        var newKeys: [ProviderKeyRecord] = []
        if let access = draft.access {
            policy.access = try requireProviders(of: access, for: account)
        }
        if let rules = draft.rules {
            policy.rules = []
            for (place, rule) in rules.enumerated() {
                let known = try at("router.rules[\(place)]") {
                    try provider(rule.providerName, for: account)
                }
                let made = try rule.rule(provider: rule.provider.map { _ in known }) { key in
                    switch key {
                    case .existing(let id): return id
                    case .new(let name, let value):
                        newKeys.append(
                            try newKey(name, value, for: known, account, after: newKeys.count)
                        )
                        return newKeys[newKeys.count - 1].id
                    }
                }
                policy.rules.append(made)
            }
        }
        return (policy, newKeys)
    }

    /// A slip in an allow list would only shut out; it is said here.
    ///
    /// Providers of the account are kept by their names.
    private func requireProviders(
        of access: AllowLists,
        for account: AccountID
    ) throws -> AllowLists {
        let own = store.contents.customProviders.virtualModels(of: account)
            .map { ($0.name, $0.targets) }
        let virtualModels = configuration.virtualModels.map { ($0.name, $0.targets) } + own
        for (place, name) in (access.models ?? []).enumerated() {
            let virtual = virtualModels.first { $0.0.lowercased() == name.lowercased() }
            if let virtual {
                throw Refused(
                    "access.models.allow[\(place)]: '\(name)' is a virtual model; list what it leads "
                        + "to: \(virtual.1.joined(separator: ", "))"
                )
            }
        }
        var access = access
        for (place, name) in (access.providers ?? []).enumerated() where !name.hasSuffix("*") {
            let known = try at("access.providers.allow[\(place)]") {
                try provider(name, for: account)
            }
            if name.hasPrefix(CustomProviderID.prefix) {
                access.providers?[place] = known.rawValue
            }
        }
        for (place, name) in (access.models ?? []).enumerated() {
            guard let mark = name.firstIndex(where: { $0 == ":" || $0 == "/" }), name[mark] == ":"
            else { continue }
            _ = try at("access.models.allow[\(place)]") {
                try provider(String(name[..<mark]), for: account)
            }
        }
        return access
    }

    private func at<R>(_ path: String, _ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch let error as Refused {
            throw Refused("\(path): \(error)")
        }
    }

    /// - Parameter count: the keys made before it, so that they stand in the order of the rule.
    private func newKey(
        _ name: String,
        _ value: Secret,
        for provider: ProviderID,
        _ account: AccountID,
        after count: Int
    ) throws -> ProviderKeyRecord {
        let master = try configuration.requireMasterKey()
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
}

extension StoreContents {
    /// A configuration with the keys that are made for it; its rules may name no others that are
    /// not there.
    func changes(
        to configuration: KeyConfigurationRecord,
        making newKeys: [ProviderKeyRecord]
    ) throws(StorageError) -> [StoreChange] {
        var keys = providerKeys
        for key in newKeys { keys[key.id] = key }
        if let problem = configuration.problem(with: keys) {
            throw StorageError(
                problem,
                at: "",
                remedy: "`lockkeeper provider-keys list` shows them"
            )
        }
        return newKeys.map { .providerKey($0) } + [.configuration(configuration)]
    }
}
