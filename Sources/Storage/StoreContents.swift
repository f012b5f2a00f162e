package import Access
package import Model

/// What is made of the lines of a key store, one after the other.
package protocol StoreImage: Sendable {
    /// Takes what one line says.
    mutating func apply(_ change: StoreChange, sequence: UInt64)
    /// How many records there are now.
    var recordCount: Int { get }
}

/// All records in full: for whoever lists and changes them.
package struct StoreContents: StoreImage, Equatable {
    /// The access keys.
    package private(set) var accessKeys: [AccessKeyID: AccessKeyRecord] = [:]
    /// The provider keys.
    package private(set) var providerKeys: [ProviderKeyID: ProviderKeyRecord] = [:]

    /// No record at all.
    package init() {}

    /// How many records there are.
    package var recordCount: Int { accessKeys.count + providerKeys.count }

    /// Takes what one line says.
    package mutating func apply(_ change: StoreChange, sequence: UInt64) {
        switch change {
        case .accessKey(let record): accessKeys[record.id] = record
        case .accessKeyDeleted(let id): accessKeys[id] = nil
        case .providerKey(let record): providerKeys[record.id] = record
        case .providerKeyDeleted(let id): providerKeys[id] = nil
        case .compaction: break
        }
    }
}

/// What the data path needs of the records, and no more: a large store is never held in full.
package struct ServingImage: StoreImage {
    private var builder: KeyTableBuilder
    /// The provider keys, sealed.
    package private(set) var providerKeys: [ProviderKeyID: ProviderKeyRecord] = [:]

    /// No record at all; tokens of a format.
    package init(format: TokenFormat) {
        builder = KeyTableBuilder(format: format)
    }

    /// How many records there are.
    package var recordCount: Int { builder.count + providerKeys.count }

    /// Takes what one line says.
    package mutating func apply(_ change: StoreChange, sequence: UInt64) {
        switch change {
        case .accessKey(let record): builder.set(record)
        case .accessKeyDeleted(let id): _ = builder.remove(id)
        case .providerKey(let record): providerKeys[record.id] = record
        case .providerKeyDeleted(let id): providerKeys[id] = nil
        case .compaction: break
        }
    }

    /// The access keys as the loops look them up.
    package mutating func makeKeyTable() -> KeyTable {
        builder.makeTable()
    }

    /// Whether a record of that id is there: an access key or a provider key.
    package func contains(_ id: String) -> Bool {
        builder.contains(AccessKeyID(id)) || providerKeys[ProviderKeyID(id)] != nil
    }
}
