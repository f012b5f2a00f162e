package import Access
import Model

extension StoreContents {
    /// The deletion of a provider that an account made, refused while something refers to it.
    package func deletion(of provider: CustomProviderRecord) throws(StorageError) -> StoreChange {
        let users = references(to: provider)
        guard users.isEmpty else {
            let names = users.prefix(5).joined(separator: ", ")
            let more = users.count > 5 ? " and \(users.count - 5) more" : ""
            throw StorageError(
                "the provider \(provider.providerID) is used by \(names)\(more)",
                at: "",
                remedy: "take it out there first"
            )
        }
        return .customProviderDeleted(provider.id)
    }

    /// What refers to a provider that an account made, as people know it.
    package func references(to provider: CustomProviderRecord) -> [String] {
        let names = [provider.providerID.rawValue.lowercased(), provider.id.rawValue.lowercased()]
        func isMeant(_ name: String) -> Bool { names.contains(name.lowercased()) }
        func leads(_ model: String) -> Bool {
            names.contains { model.lowercased().hasPrefix($0 + ":") }
        }
        let keys = providerKeys.values
            .filter { $0.accountID == provider.accountID && isMeant($0.providerID.rawValue) }
            .map { "the provider key \($0.id) (\($0.name))" }
        let policies = configurations.records.values
            .filter { record in
                record.accountID == provider.accountID
                    && (record.policy.rules.contains { isMeant($0.providerName) }
                        || (record.policy.access.providers ?? []).contains(where: isMeant)
                        || (record.policy.access.models ?? []).contains(where: leads))
            }
            .map { "the configuration \($0.id) (\($0.name))" }
        let virtual = customProviders.virtualModels.values
            .filter { $0.accountID == provider.accountID && $0.targets.contains(where: leads) }
            .map { "the virtual model \($0.name)" }
        return (keys + policies + virtual).sorted()
    }
}
