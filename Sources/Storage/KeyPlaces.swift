import Access
import Model

/// Where the access keys of a store stand, and what orders them: for whoever lists a large store.
struct KeyPlaces: StoreImage {
    private let account: AccountID?
    private var names = NameTable()
    /// By the numbers of the names.
    private var places: [Place] = []
    /// The accounts and the configurations that keys name, in one table: their ids differ.
    private var owners = NameTable()
    /// How many keys there are under each of them, by its number.
    private var counts: [Int] = []
    /// The numbers of the keys that are there, the oldest first, once the store was read.
    private var order: [UInt32]?

    /// Where a key's last line stands; an empty one for a key that is no more.
    struct Place {
        fileprivate let createdAt: Int64
        private let start: Int
        private let byteCount: UInt32
        /// The number of its account.
        fileprivate let account: UInt32
        /// The number of its configuration, and one more; 0 without one.
        fileprivate let configuration: UInt32

        fileprivate init(
            _ createdAt: Timestamp,
            _ place: Range<Int>,
            account: UInt32,
            configuration: UInt32?
        ) {
            self.createdAt = createdAt.milliseconds
            start = place.lowerBound
            byteCount = UInt32(place.count)
            self.account = account
            self.configuration = configuration.map { $0 + 1 } ?? 0
        }

        private init(noneSince createdAt: Int64) {
            self.createdAt = createdAt
            start = 0
            byteCount = 0
            account = 0
            configuration = 0
        }

        fileprivate static let none = Place(noneSince: 0)

        /// The place of a key that is no more; where it stood in the order is still known.
        fileprivate var deleted: Place { Place(noneSince: createdAt) }

        /// In the file, without the newline.
        var range: Range<Int> { start..<(start + Int(byteCount)) }
    }

    /// No key; those of one account, or of all, will be noted.
    init(of account: AccountID?) {
        self.account = account
    }

    /// How many keys there are; it knows nothing of other records.
    private(set) var recordCount = 0

    mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>) {
        switch change {
        case .accessKey(let record):
            set(
                record.id.rawValue.utf8Span.span,
                account: record.accountID.rawValue.utf8Span.span,
                configuration: record.configurationID?.rawValue,
                createdAt: record.createdAt,
                at: place
            )
        case .accessKeyDeleted(let id): remove(id.rawValue.utf8Span.span)
        case .providerKey, .providerKeyDeleted, .configuration, .configurationDeleted,
            .managementKey, .managementKeyDeleted, .account, .accountSettings, .customProvider,
            .customProviderDeleted, .virtualModel,
            .virtualModelDeleted, .compaction:
            break
        }
    }

    mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? {
        guard let key = WrittenKey(line), key.sequence > sequence,
            let createdAt = key.createdAt(line)
        else { return nil }
        set(
            line.extracting(key.id),
            account: line.extracting(key.account),
            configuration: key.configuration.map { line.text($0) },
            createdAt: createdAt,
            at: place
        )
        return key.sequence
    }

    func renewed() -> KeyPlaces { KeyPlaces(of: account) }

    mutating func finish() {
        order = places.indices.filter { !places[$0].range.isEmpty }.map { UInt32($0) }
            .sorted { isOlder($0, than: $1) }
    }

    // MARK: Changes

    private mutating func set(
        _ id: Span<UInt8>,
        account: Span<UInt8>,
        configuration: String?,
        createdAt: Timestamp,
        at place: Range<Int>
    ) {
        if let wanted = self.account, !account.isEqual(to: wanted.rawValue.utf8Span.span) {
            return remove(id)
        }
        let place = Place(
            createdAt,
            place,
            account: number(ofOwner: account),
            configuration: configuration.map { number(ofOwner: $0.utf8Span.span) }
        )
        replace(numberOf(id), by: place)
    }

    private mutating func remove(_ id: Span<UInt8>) {
        let number = numberOf(id)
        replace(number, by: places[Int(number)].deleted)
    }

    private mutating func numberOf(_ id: Span<UInt8>) -> UInt32 {
        let number = names.set(id, Span())
        if Int(number) == places.count { places.append(.none) }
        return number
    }

    private mutating func number(ofOwner id: Span<UInt8>) -> UInt32 {
        let number = owners.set(id, Span())
        if Int(number) == counts.count { counts.append(0) }
        return number
    }

    private mutating func replace(_ number: UInt32, by place: Place) {
        let old = places[Int(number)]
        count(old, -1)
        count(place, 1)
        let isMoved = old.range.isEmpty != place.range.isEmpty || old.createdAt != place.createdAt
        guard isMoved, order != nil else {
            places[Int(number)] = place
            return
        }
        if !old.range.isEmpty {
            let index = index(of: number)
            order?.remove(at: index)
        }
        places[Int(number)] = place
        if !place.range.isEmpty {
            let index = index(of: number)
            order?.insert(number, at: index)
        }
    }

    private mutating func count(_ place: Place, _ step: Int) {
        guard !place.range.isEmpty else { return }
        recordCount += step
        counts[Int(place.account)] += step
        if place.configuration > 0 { counts[Int(place.configuration) - 1] += step }
    }

    // MARK: Order

    /// Of keys made at once the one with the last id is the newest.
    private func isOlder(_ first: UInt32, than second: UInt32) -> Bool {
        let (left, right) = (places[Int(first)].createdAt, places[Int(second)].createdAt)
        return left == right ? names.areInOrder(first, second) : left < right
    }

    /// Where a key stands in the order, or would.
    private func index(of number: UInt32) -> Int {
        let order = order ?? []
        var range = 0..<order.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if isOlder(order[middle], than: number) {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}

// MARK: Reading

extension KeyPlaces {
    /// The places of all keys, the newest first, of those made at once the one with the last id.
    func newestFirst() -> [Place] {
        (order ?? []).reversed().map { places[Int($0)] }
    }

    /// The number of a key, which it keeps while the store is not read anew; nil when it had none.
    func number(of id: Span<UInt8>) -> Int? {
        names.number(of: id).map { Int($0) }
    }

    /// Where the last line of a key stands; nil when there is none.
    func place(of id: AccessKeyID) -> Range<Int>? {
        guard let number = names.number(of: id.rawValue.utf8Span.span) else { return nil }
        let range = places[Int(number)].range
        return range.isEmpty ? nil : range
    }

    /// How many keys an account has, or are under a configuration.
    func count(under owner: String) -> Int {
        owners.number(of: owner.utf8Span.span).map { counts[Int($0)] } ?? 0
    }

    /// Calls with the places of the keys that are asked for, the newest first, until told to stop.
    func forEach<Failure: Error>(
        _ query: KeyQuery,
        _ body: (Range<Int>) throws(Failure) -> KeyQuery.Step
    ) throws(Failure) {
        let account = number(query.account?.rawValue)
        let configuration = number(query.configuration?.rawValue)
        let isEmpty =
            query.account != nil && account == nil
            || query.configuration != nil && configuration == nil
        guard !isEmpty, let order else { return }
        for number in order[..<end(before: query.before)].reversed() {
            let place = places[Int(number)]
            if let account, place.account != account { continue }
            if let configuration, place.configuration != configuration + 1 { continue }
            switch try body(place.range) {
            case .goOn: continue
            case .stop: return
            }
        }
    }

    private func number(_ owner: String?) -> UInt32? {
        owner.flatMap { owners.number(of: $0.utf8Span.span) }
    }

    /// Where the keys end that are older than that of an id, which may be gone by now.
    private func end(before id: AccessKeyID?) -> Int {
        let order = order ?? []
        guard let id else { return order.count }
        if let number = names.number(of: id.rawValue.utf8Span.span) { return index(of: number) }
        // Ids that are made later sort later.
        let newest = order.lastIndex { names.id(of: $0) < id.rawValue }
        return newest.map { $0 + 1 } ?? 0
    }
}

extension Span<UInt8> {
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        count == other.count && indices.allSatisfy { self[$0] == other[$0] }
    }
}
