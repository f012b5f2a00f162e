package import Access
package import Model

extension KeyConfigurationRecord {
    /// What is wrong with the keys that its rules name, nil when nothing is.
    ///
    /// A key of another account reads as missing.
    package func problem(
        with providerKeys: [ProviderKeyID: ProviderKeyRecord]
    ) -> String? {
        for (rule, written) in policy.rules.enumerated() {
            for (step, keys) in written.steps.map(\.keys).enumerated() {
                for (key, id) in keys.enumerated() {
                    guard let problem = problem(of: id, in: written, providerKeys) else { continue }
                    return "router.rules[\(rule)].steps[\(step)].keys[\(key)]: \(problem)"
                }
            }
        }
        return nil
    }

    private func problem(
        of id: ProviderKeyID,
        in rule: KeyRule,
        _ providerKeys: [ProviderKeyID: ProviderKeyRecord]
    ) -> String? {
        let provider = rule.providerName.lowercased()
        guard let key = providerKeys[id], key.accountID == accountID else {
            let others = providerKeys.values
                .filter { $0.accountID == accountID }
                .filter { $0.providerID.rawValue.lowercased() == provider }
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
                .map { "\($0.id) (\($0.name))" }
            let remedy =
                others.isEmpty
                ? "there is none for \(rule.providerName)"
                : "for \(rule.providerName) there are \(others.prefix(5).joined(separator: ", "))"
            return "there is no provider key \"\(id)\"; \(remedy)"
        }
        guard key.providerID.rawValue.lowercased() == provider else {
            return "the provider key \(id) is for \(key.providerID), not for \(rule.providerName)"
        }
        return nil
    }
}

extension StoreContents {
    /// The deletion of a provider key, refused while a rule refers to it.
    package func deletion(of key: ProviderKeyRecord) throws(StorageError) -> StoreChange {
        let users = configurations.records.values
            .filter { $0.policy.providerKeys.contains(key.id) }
            .sorted { $0.id < $1.id }
        guard users.isEmpty else {
            let names = users.prefix(5).map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            let more = users.count > 5 ? " and \(users.count - 5) more" : ""
            throw StorageError(
                "the provider key \(key.id) is used by a rule of \(names)\(more)",
                at: "",
                remedy: "take it out there first: `lockkeeper configurations update`"
            )
        }
        return .providerKeyDeleted(key.id)
    }

    /// The deletion of a configuration, refused while an access key is under it.
    package func deletion(
        of configuration: KeyConfigurationRecord
    ) throws(StorageError)
        -> StoreChange
    {
        let users = accessKeys.values
            .filter { $0.configurationID == configuration.id }
            .sorted { $0.id < $1.id }
        guard users.isEmpty else {
            let names = users.prefix(5).map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            let more = users.count > 5 ? " and \(users.count - 5) more" : ""
            throw StorageError(
                "the configuration \(configuration.id) is used by the access keys \(names)\(more)",
                at: "",
                remedy: "give them another one first: `lockkeeper keys update --configuration-id`"
            )
        }
        return .configurationDeleted(configuration.id)
    }

    /// How many access keys are under each configuration.
    package var accessKeyCounts: [ConfigurationID: Int] {
        var counts: [ConfigurationID: Int] = [:]
        for key in accessKeys.values {
            if let id = key.configurationID { counts[id, default: 0] += 1 }
        }
        return counts
    }
}
