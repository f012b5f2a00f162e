package import Access
package import Model

/// All records of a store, its access keys by their places alone: for whoever answers questions
/// about a large store again and again.
package struct StoreIndex: StoreImage {
    var keys = KeyPlaces(of: nil)
    /// Everything but the access keys.
    package private(set) var others = StoreContents(.providerKeys)
    /// How often the store was read anew: as long as it is the same, keys keep their numbers.
    let epoch: Int

    /// No record at all.
    package init() {
        epoch = 0
    }

    private init(epoch: Int) {
        self.epoch = epoch
    }

    /// How many records there are.
    package var recordCount: Int { keys.recordCount + others.recordCount }

    /// Takes what one line says.
    package mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>) {
        switch change {
        case .accessKey, .accessKeyDeleted: keys.apply(change, sequence: sequence, at: place)
        case .providerKey, .providerKeyDeleted, .configuration, .configurationDeleted,
            .managementKey, .managementKeyDeleted, .account, .accountSettings, .customProvider,
            .customProviderDeleted, .virtualModel, .virtualModelDeleted, .compaction:
            others.apply(change, sequence: sequence, at: place)
        }
    }

    /// Takes an access key's line as this program writes it.
    package mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? {
        keys.applyWritten(line, after: sequence, at: place)
    }

    /// No record at all.
    package func renewed() -> StoreIndex { StoreIndex(epoch: epoch + 1) }

    /// Puts the access keys in order.
    package mutating func finish() {
        keys.finish()
    }

    /// How many access keys there are.
    package var accessKeyCount: Int { keys.recordCount }

    /// How many access keys are under a configuration.
    package func accessKeyCount(under configuration: ConfigurationID) -> Int {
        keys.count(under: configuration.rawValue)
    }

    /// How many access keys an account has.
    package func accessKeyCount(of account: AccountID) -> Int {
        keys.count(under: account.rawValue)
    }
}

extension KeyStore where Image == StoreIndex {
    /// The access key of an id; nil when there is none.
    package func accessKey(_ id: AccessKeyID) throws(StorageError) -> AccessKeyRecord? {
        guard let place = contents.keys.place(of: id) else { return nil }
        return try record(try line(at: place))
    }

    /// The access keys that are asked for, so many at most, the newest first.
    package func accessKeys(
        _ query: KeyQuery,
        limit: Int
    ) throws(StorageError) -> [AccessKeyRecord] {
        var found: [AccessKeyRecord] = []
        let search = LineSearch(query.search)
        var lines = LineWindow()
        try contents.keys.forEach(query) { (place) throws(StorageError) in
            let line = try lines.line(at: place) { (range) throws(StorageError) in
                try self.line(at: range)
            }
            guard search.mayBe(in: line.span) else { return .goOn }
            let record = try record(line)
            if query.matches(record) { found.append(record) }
            return found.count == limit ? .stop : .goOn
        }
        return found
    }

    private func record(_ line: [UInt8]) throws(StorageError) -> AccessKeyRecord {
        if let record = WrittenKey(line.span)?.record(line.span) { return record }
        do throws(MemberError) {
            if case .accessKey(let record) = try StoreLine(decoding: line).change { return record }
        } catch {
            throw changed(error.reason)
        }
        throw changed("another record")
    }
}

/// A part of a file in which the lines before one that was just read are likely to be.
private struct LineWindow {
    private var bytes: [UInt8] = []
    private var start = 0

    private static let length = 64 * 1024

    mutating func line(
        at place: Range<Int>,
        read: (Range<Int>) throws(StorageError) -> [UInt8]
    ) throws(StorageError) -> [UInt8] {
        if place.lowerBound < start || place.upperBound > start + bytes.count {
            // A list goes from the newest to the oldest, which is backwards in the file.
            let first = min(place.lowerBound, max(0, place.upperBound - LineWindow.length))
            bytes = try read(first..<place.upperBound)
            start = first
        }
        return Array(bytes[(place.lowerBound - start)..<(place.upperBound - start)])
    }
}
