package import Access
package import Model

/// What is made of the lines of a key store, one after the other.
package protocol StoreImage: Sendable {
    /// Takes what one line says, which stands at that place of the file.
    mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>)
    /// Takes a line that has the very form in which this program writes it, without reading all of
    /// it: its number, which is greater than the one before; nil for every other line.
    mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64?
    /// How many records there are now.
    var recordCount: Int { get }
    /// An image without a record for a store that is read whole, and is likely to have many of the
    /// records that are here.
    func renewed() -> Self
    /// The store was read to its end.
    mutating func finish()
}

extension StoreImage {
    /// None is: every line is read in full.
    package mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? { nil }

    /// Nothing is left to do.
    package mutating func finish() {}
}

/// Records in full: for whoever lists and changes them.
package struct StoreContents: StoreImage {
    /// The access keys.
    package private(set) var accessKeys: [AccessKeyID: AccessKeyRecord] = [:]
    /// The provider keys.
    package private(set) var providerKeys: [ProviderKeyID: ProviderKeyRecord] = [:]
    /// The access key configurations.
    package private(set) var configurations = StoredConfigurations()
    /// The management keys.
    package private(set) var managementKeys = ManagementKeys()
    /// What is said of accounts.
    package private(set) var accounts = StoredAccounts()
    /// The providers and virtual models that accounts made.
    package private(set) var customProviders = CustomProviders()

    private let scope: StoreScope
    private var others = IDSet()

    /// No record at all; access keys of that scope will be read in full.
    package init(_ scope: StoreScope = .everything) {
        self.scope = scope
    }

    /// How many records there are, those apart from the scope too.
    package var recordCount: Int {
        accessKeys.count + others.count + providerKeys.count + configurations.records.count
            + managementKeys.records.count + accounts.recordCount + customProviders.count
    }

    /// Takes what one line says.
    package mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>) {
        switch change {
        case .accessKey(let record):
            if scope.contains(record.id, under: record.configurationID) {
                accessKeys[record.id] = record
                if scope == .configured { others.remove(record.id.rawValue.utf8Span.span) }
            } else {
                accessKeys[record.id] = nil
                others.insert(record.id.rawValue.utf8Span.span)
            }
        case .accessKeyDeleted(let id):
            accessKeys[id] = nil
            others.remove(id.rawValue.utf8Span.span)
        case .providerKey(let record): providerKeys[record.id] = record
        case .providerKeyDeleted(let id): providerKeys[id] = nil
        case .configuration(let record): configurations.set(record, sequence: sequence)
        case .configurationDeleted(let id): configurations.remove(id)
        case .managementKey(let record): managementKeys.set(record)
        case .managementKeyDeleted(let id): managementKeys.remove(id)
        case .account(let record): accounts.set(record)
        case .accountSettings(let settings): accounts.set(settings)
        case .customProvider(let record): customProviders.set(record)
        case .customProviderDeleted(let id): customProviders.remove(id)
        case .virtualModel(let record): customProviders.set(record)
        case .virtualModelDeleted(let id): customProviders.remove(id)
        case .compaction: break
        }
    }

    /// Counts an access key of another scope.
    package mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? {
        guard scope != .everything, let key = WrittenKey(line), key.sequence > sequence,
            !scope.contains(AccessKeyID(line.text(key.id)), under: key.configurationID(line))
        else { return nil }
        if !accessKeys.isEmpty { accessKeys[AccessKeyID(line.text(key.id))] = nil }
        others.insert(line.extracting(key.id))
        return key.sequence
    }

    /// No record at all.
    package func renewed() -> StoreContents { StoreContents(scope) }
}

extension StoreContents: Equatable {
    package static func == (left: StoreContents, right: StoreContents) -> Bool {
        left.scope == right.scope && left.recordCount == right.recordCount
            && left.accessKeys == right.accessKeys && left.providerKeys == right.providerKeys
            && left.configurations == right.configurations
            && left.managementKeys == right.managementKeys && left.accounts == right.accounts
            && left.customProviders == right.customProviders
    }
}

/// What the data path needs of the records, and no more: a large store is never held in full.
package struct ServingImage: StoreImage {
    private var builder: KeyTableBuilder
    /// The provider keys, sealed.
    package private(set) var providerKeys: [ProviderKeyID: ProviderKeyRecord] = [:]
    /// The access key configurations.
    package private(set) var configurations = StoredConfigurations()
    /// The management keys.
    package private(set) var managementKeys = ManagementKeys()
    /// What is said of accounts.
    package private(set) var accounts = StoredAccounts()
    /// The providers and virtual models that accounts made.
    package private(set) var customProviders = CustomProviders()

    /// No record at all; tokens of a format.
    package init(format: TokenFormat) {
        builder = KeyTableBuilder(format: format)
    }

    /// How many records there are.
    package var recordCount: Int {
        builder.count + providerKeys.count + configurations.records.count
            + managementKeys.records.count + accounts.recordCount + customProviders.count
    }

    /// Takes what one line says.
    package mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>) {
        switch change {
        case .accessKey(let record): builder.set(record)
        case .accessKeyDeleted(let id): _ = builder.remove(id)
        case .providerKey(let record): providerKeys[record.id] = record
        case .providerKeyDeleted(let id): providerKeys[id] = nil
        case .configuration(let record): configurations.set(record, sequence: sequence)
        case .configurationDeleted(let id): configurations.remove(id)
        case .managementKey(let record): managementKeys.set(record)
        case .managementKeyDeleted(let id): managementKeys.remove(id)
        case .account(let record): accounts.set(record)
        case .accountSettings(let settings): accounts.set(settings)
        case .customProvider(let record): customProviders.set(record)
        case .customProviderDeleted(let id): customProviders.remove(id)
        case .virtualModel(let record): customProviders.set(record)
        case .virtualModelDeleted(let id): customProviders.remove(id)
        case .compaction: break
        }
    }

    /// Takes an access key's line as this program writes it.
    package mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? {
        guard let key = WrittenKey(line), key.sequence > sequence else { return nil }
        builder.set(
            key.facts(line),
            id: line.extracting(key.id),
            name: line.extracting(key.name),
            metadata: line.extracting(key.metadata),
            isObject: false
        )
        return key.sequence
    }

    /// No record at all; keys that the store has again as they are here take no new memory.
    package func renewed() -> ServingImage {
        var next = self
        next.builder = builder.renewed()
        next.providerKeys = [:]
        next.configurations = StoredConfigurations()
        next.managementKeys = ManagementKeys()
        next.accounts = StoredAccounts()
        next.customProviders = CustomProviders()
        return next
    }

    /// Keys that the store did not have again are no more.
    package mutating func finish() {
        builder.finish()
    }

    /// The access keys as the loops look them up.
    package mutating func makeKeyTable() -> KeyTable {
        builder.makeTable()
    }

    /// Whether a key of that id is there, of whatever kind.
    package func contains(_ id: String) -> Bool {
        builder.contains(AccessKeyID(id)) || providerKeys[ProviderKeyID(id)] != nil
            || managementKeys.records[ManagementKeyID(id)] != nil
    }
}
