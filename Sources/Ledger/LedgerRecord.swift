package import Accounting
package import Model

/// One thing for the ledger to write.
package enum LedgerRecord: Equatable, Sendable {
    /// A balance changed.
    case change(LedgerEntry, at: Timestamp)
    /// What an open hold is settled for if its worker ends before it says more: the input, and the
    /// output that was counted so far.
    case orphanCharge(HoldID, NanoDollars)
    /// A hold is another worker's: it was made by message.
    case lent(HoldID, to: String)
    /// An attempt has ended.
    indirect case usage(UsageEvent)
}

/// Why the ledger can't be read or written, in one line.
package struct LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is to be done about it.
    package enum Kind: Equatable, Sendable {
        /// It may go by itself: a full disk, a lock, a file that can't be written.
        case outOfReach
        /// The file is broken, or its books are wrong.
        case broken
    }

    /// What is to be done about it.
    package let kind: Kind
    /// What is wrong, with the path.
    package let description: String
    /// Whether the connection is as good as before, so that the same may be tried on it again.
    let leavesConnection: Bool

    init(_ kind: Kind, _ description: String, leavesConnection: Bool = true) {
        self.kind = kind
        self.description = description
        self.leavesConnection = leavesConnection
    }
}
