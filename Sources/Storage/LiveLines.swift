import Access
import Model
import Platform

/// The lines of a store that matter: for each record where the last one about it stands.
struct LiveLines: StoreImage {
    /// By what they are about.
    private var places: [Kind: [Range<Int>?]] = [:]
    private var names: [Kind: NameTable] = [:]
    private(set) var recordCount = 0

    private enum Kind {
        case accessKey, providerKey, configuration, managementKey, account,
            accountSettings, customProvider, virtualModel
    }

    mutating func apply(_ change: StoreChange, sequence: UInt64, at place: Range<Int>) {
        switch change {
        case .accessKey(let record): set(.accessKey, record.id.rawValue.utf8Span.span, place)
        case .accessKeyDeleted(let id): set(.accessKey, id.rawValue.utf8Span.span, nil)
        case .providerKey(let record): set(.providerKey, record.id.rawValue.utf8Span.span, place)
        case .providerKeyDeleted(let id): set(.providerKey, id.rawValue.utf8Span.span, nil)
        case .configuration(let record):
            set(.configuration, record.id.rawValue.utf8Span.span, place)
        case .configurationDeleted(let id): set(.configuration, id.rawValue.utf8Span.span, nil)
        case .managementKey(let record):
            set(.managementKey, record.id.rawValue.utf8Span.span, place)
        case .managementKeyDeleted(let id): set(.managementKey, id.rawValue.utf8Span.span, nil)
        case .account(let record): set(.account, record.id.rawValue.utf8Span.span, place)
        case .accountSettings(let settings):
            set(.accountSettings, settings.accountID.rawValue.utf8Span.span, place)
        case .customProvider(let record):
            set(.customProvider, record.id.rawValue.utf8Span.span, place)
        case .customProviderDeleted(let id): set(.customProvider, id.rawValue.utf8Span.span, nil)
        case .virtualModel(let record):
            set(.virtualModel, record.id.rawValue.utf8Span.span, place)
        case .virtualModelDeleted(let id): set(.virtualModel, id.rawValue.utf8Span.span, nil)
        case .compaction: break
        }
    }

    mutating func applyWritten(
        _ line: Span<UInt8>,
        after sequence: UInt64,
        at place: Range<Int>
    ) -> UInt64? {
        guard let key = WrittenKey(line), key.sequence > sequence else { return nil }
        set(.accessKey, line.extracting(key.id), place)
        return key.sequence
    }

    func renewed() -> LiveLines { LiveLines() }

    private mutating func set(_ kind: Kind, _ id: Span<UInt8>, _ place: Range<Int>?) {
        let number = Int(names[kind, default: NameTable()].set(id, Span()))
        if number == places[kind, default: []].count { places[kind, default: []].append(nil) }
        let old = places[kind, default: []][number]
        recordCount += (place == nil ? 0 : 1) - (old == nil ? 0 : 1)
        places[kind, default: []][number] = place
    }

    /// Where they stand, in the order of the file; neighbours are one part, newlines included.
    var parts: [Range<Int>] {
        var parts: [Range<Int>] = []
        let all = places.values.flatMap { $0.compactMap(\.self) }
        for place in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = parts.last, last.upperBound == place.lowerBound {
                parts[parts.count - 1] = last.lowerBound..<(place.upperBound + 1)
            } else {
                parts.append(place.lowerBound..<(place.upperBound + 1))
            }
        }
        return parts
    }
}
