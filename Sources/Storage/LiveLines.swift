import Access
import Model

/// The lines of a store that matter: for each record the last one about it.
struct LiveLines: StoreImage {
    private var lines: [Subject: StoreLine] = [:]

    /// What a line is about.
    private enum Subject: Hashable {
        case accessKey(AccessKeyID)
        case providerKey(ProviderKeyID)
    }

    var recordCount: Int { lines.count }

    mutating func apply(_ change: StoreChange, sequence: UInt64) {
        let line = StoreLine(sequence: sequence, change: change)
        switch change {
        case .accessKey(let record): lines[.accessKey(record.id)] = line
        case .accessKeyDeleted(let id): lines[.accessKey(id)] = nil
        case .providerKey(let record): lines[.providerKey(record.id)] = line
        case .providerKeyDeleted(let id): lines[.providerKey(id)] = nil
        case .compaction: break
        }
    }

    /// The file without the other lines: numbers and order stay, and a last line carries a number
    /// that no line had, lest a later change get the number of a line that is gone.
    func rewritten(after sequence: UInt64) -> [UInt8] {
        let kept = lines.values.sorted { $0.sequence < $1.sequence }
        let end = StoreLine(sequence: sequence + 1, change: .compaction)
        return (kept + [end]).reduce(into: []) { $0 += $1.encode() }
    }
}
