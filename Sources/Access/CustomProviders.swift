package import Model

/// The providers and virtual models that accounts made.
package struct CustomProviders: Equatable, Sendable {
    /// The providers by their ids.
    package private(set) var records: [CustomProviderID: CustomProviderRecord] = [:]
    /// The virtual models by their ids.
    package private(set) var virtualModels: [VirtualModelID: VirtualModelRecord] = [:]

    /// None.
    package init() {}

    /// How many records there are.
    package var count: Int { records.count + virtualModels.count }

    /// Takes a provider as it is now.
    package mutating func set(_ record: CustomProviderRecord) { records[record.id] = record }

    /// A provider is no more.
    package mutating func remove(_ id: CustomProviderID) { records[id] = nil }

    /// Takes a virtual model as it is now.
    package mutating func set(_ record: VirtualModelRecord) { virtualModels[record.id] = record }

    /// A virtual model is no more.
    package mutating func remove(_ id: VirtualModelID) { virtualModels[id] = nil }

    /// An account's providers, the oldest first.
    package func records(of account: AccountID) -> [CustomProviderRecord] {
        records.values.filter { $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    /// An account's provider by its name in addresses of models or by its id, the case of letters
    /// of the name ignored.
    package func record(_ name: String, of account: AccountID) -> CustomProviderRecord? {
        if let record = records[CustomProviderID(name)], record.accountID == account {
            return record
        }
        let lowercased = name.lowercased()
        return records.values.first {
            $0.accountID == account && $0.providerID.rawValue.lowercased() == lowercased
        }
    }

    /// An account's virtual models, the oldest first.
    package func virtualModels(of account: AccountID) -> [VirtualModelRecord] {
        virtualModels.values.filter { $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }
}
