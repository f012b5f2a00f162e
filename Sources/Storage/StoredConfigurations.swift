package import Access
package import Model

/// The access key configurations of a store, each with the number of its line.
package struct StoredConfigurations: Equatable, Sendable {
    /// By their ids.
    package private(set) var records: [ConfigurationID: KeyConfigurationRecord] = [:]
    private var sequences: [ConfigurationID: UInt64] = [:]

    init() {}

    mutating func set(_ record: KeyConfigurationRecord, sequence: UInt64) {
        records[record.id] = record
        sequences[record.id] = sequence
    }

    mutating func remove(_ id: ConfigurationID) {
        records[id] = nil
        sequences[id] = nil
    }

    /// Why no key can be chosen by a rule of them: the first that names a key which is not there.
    ///
    /// - Parameter path: where the store is.
    package func problem(
        with providerKeys: [ProviderKeyID: ProviderKeyRecord],
        in path: String
    ) -> StorageError? {
        for (id, record) in records.sorted(by: { $0.key < $1.key }) {
            guard let problem = record.problem(with: providerKeys) else { continue }
            return StorageError(
                "the configuration \(id) (\(record.name)): \(problem)",
                at: StoreLines.place(ofSequence: sequences[id] ?? 0, in: path),
                remedy: "correct it with `lockkeeper configurations update`"
            )
        }
        return nil
    }
}
