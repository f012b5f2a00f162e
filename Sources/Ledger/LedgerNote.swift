import Accounting
/// What the ledger's thread has to say, for the log.
package enum LedgerNote: Equatable, Sendable {
    /// Usage events are dropped: the file is out of reach, or too slow, and too many wait.
    case dropsUsage
    /// That is over; so many were dropped.
    case droppedUsage(Int)
    /// What is old could not be deleted, or the books not be sealed: it is tried again.
    case isBehind(LedgerError)
}

/// What was not written when the thread ended.
package struct LedgerLoss: Equatable, Sendable, CustomStringConvertible {
    /// The settlements and releases: their holds are orphans at the next start, if they have rows,
    /// and are settled then for what is known of them.
    package let settlementCount: Int
    /// The usage events.
    package let usageCount: Int
    /// Why.
    package let reason: LedgerError?

    init(_ records: [LedgerRecord], _ reason: LedgerError?) {
        var (settlements, events) = (0, 0)
        for record in records {
            switch record {
            case .change(let entry, _):
                switch entry.event {
                case .settled, .released: settlements += 1
                case .granted, .held, .expired: break
                }
            case .usage: events += 1
            case .orphanCharge, .lent: break
            }
        }
        settlementCount = settlements
        usageCount = events
        self.reason = reason
    }

    /// All of it in a line.
    package var description: String {
        let reason = reason.map { ": \($0)" } ?? ""
        return "\(settlementCount) settlements and \(usageCount) usage events are not written; "
            + "what was held for them is settled at the next start\(reason)"
    }
}
