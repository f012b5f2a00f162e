import Access
package import Model

/// What a change of the master key came to.
package struct Rekeying: Equatable, Sendable {
    /// The provider keys that were sealed anew.
    package var sealedCount = 0
    /// Those that were under the new master key already: of a run that was stopped.
    package var earlierCount = 0

    /// Nothing so far.
    package init() {}
}

extension KeyStore where Image == StoreContents {
    /// Seals every provider key under another master key, and forgets how they were sealed before.
    ///
    /// Each is a change of its own: a run that is stopped leaves every key readable with one of the
    /// two, and the next one goes on where it ended. A key that opens under neither refuses the
    /// whole before anything is changed.
    ///
    /// - Parameter didSeal: called after each.
    package func rekey(
        from old: MasterKey,
        to new: MasterKey,
        didSeal: (ProviderKeyID) -> Void = { _ in }
    ) throws(StorageError) -> Rekeying {
        var result = Rekeying()
        result.earlierCount = contents.providerKeys.values.count { new.hasSealed($0.sealedValue) }
        for record in contents.providerKeys.values.sorted(by: { $0.id < $1.id }) {
            _ = try resealed(record, from: old, to: new)
        }
        // Keys that others add meanwhile are under the old one.
        while let next = contents.providerKeys.values.filter({ !new.hasSealed($0.sealedValue) })
            .min(by: { $0.id < $1.id })
        {
            _ = try commitAll { (contents) throws(StorageError) in
                guard let record = contents.providerKeys[next.id],
                    let changed = try resealed(record, from: old, to: new)
                else { return [] }
                return [.providerKey(changed)]
            }
            result.sealedCount += 1
            didSeal(next.id)
        }
        if result.sealedCount > 0 { try compactNow() }
        return result
    }

    /// The record sealed anew; nil where it is under the new master key already.
    private func resealed(
        _ record: ProviderKeyRecord,
        from old: MasterKey,
        to new: MasterKey
    ) throws(StorageError) -> ProviderKeyRecord? {
        let binding = SealedRecord(record)
        let isNew = new.hasSealed(record.sealedValue)
        do throws(MasterKey.OpeningError) {
            let value = try (isNew ? new : old).open(record.sealedValue, of: binding)
            if isNew { return nil }
            var changed = record
            changed.sealedValue = new.seal(value, for: binding)
            return changed
        } catch {
            throw StorageError(
                "the provider key \(record.id) (\(record.name)) can't be opened with either master "
                    + "key: \(error)",
                at: "",
                remedy: "give the one that sealed it as the old one, or delete the key"
            )
        }
    }
}
