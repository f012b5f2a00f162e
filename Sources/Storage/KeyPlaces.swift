import Access
import Model

/// Where the access keys of a store stand, and what orders them: for whoever lists a large store.
struct KeyPlaces: StoreImage {
    private let account: AccountID?
    private var names = NameTable()
    /// By the numbers of the names.
    private var places: [Place] = []

    /// Where a key's last line stands; an empty one for a key that is no more.
    struct Place {
        fileprivate let createdAt: Int64
        private let start: Int
        private let byteCount: UInt32

        fileprivate init(_ createdAt: Timestamp, _ place: Range<Int>) {
            self.createdAt = createdAt.milliseconds
            start = place.lowerBound
            byteCount = UInt32(place.count)
        }

        fileprivate static let none = Place(Timestamp(milliseconds: 0), 0..<0)

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
            let isWanted = account == nil || record.accountID == account
            set(record.id.rawValue.utf8Span.span, isWanted ? Place(record.createdAt, place) : .none)
        case .accessKeyDeleted(let id): set(id.rawValue.utf8Span.span, .none)
        case .providerKey, .providerKeyDeleted, .configuration, .configurationDeleted,
            .managementKey, .managementKeyDeleted, .compaction:
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
        let isWanted = account == nil || key.accountID(line) == account
        set(line.extracting(key.id), isWanted ? Place(createdAt, place) : .none)
        return key.sequence
    }

    func renewed() -> KeyPlaces { KeyPlaces(of: account) }

    private mutating func set(_ id: Span<UInt8>, _ place: Place) {
        let number = Int(names.set(id, Span()))
        if number == places.count { places.append(.none) }
        recordCount += (place.range.isEmpty ? 0 : 1) - (places[number].range.isEmpty ? 0 : 1)
        places[number] = place
    }

    /// The places of all keys, the newest first, of those made at once the one with the last id.
    func newestFirst() -> [Place] {
        places.indices.filter { !places[$0].range.isEmpty }
            .sorted {
                places[$0].createdAt == places[$1].createdAt
                    ? names.areInOrder(UInt32($1), UInt32($0))
                    : places[$0].createdAt > places[$1].createdAt
            }
            .map { places[$0] }
    }
}
