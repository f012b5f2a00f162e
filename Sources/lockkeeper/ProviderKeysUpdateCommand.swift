import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys update`.
struct ProviderKeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change what is said about a provider key; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigpk_...")
    var id: String

    func run() throws {
        let metadata = try record.readMetadata()
        let session = try StoreSession(common, .providerKeys)
        try session.changeProviderKey(id, options: common) { (key) throws(StorageError) in
            if let name = record.name { key.name = name }
            if let description = record.description { key.description = description }
            if let metadata { key.metadata = metadata }
        }
    }
}

extension StoreSession {
    /// Changes a provider key as it stands under the lock, and shows it.
    func changeProviderKey(
        _ id: String,
        options: CommonOptions,
        _ change: (inout ProviderKeyRecord) throws(StorageError) -> Void
    ) throws {
        let lastUsed = try lastUse(of: id)
        let now = now
        try commit { (contents) throws(StorageError) in
            var key = try contents.providerKey(id)
            try change(&key)
            key.updatedAt = now
            key.lastUpdatedBy = author
            return .providerKey(key)
        } tell: {
            guard let key = store.contents.providerKeys[ProviderKeyID(id)] else { return }
            Output.show(ProviderKeyResource(record: key, lastUsed: lastUsed), asJSON: options.json)
        }
    }
}
