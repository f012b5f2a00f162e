package import Model

/// What an audit found.
package struct LedgerAudit: Equatable, Sendable {
    /// Whether it went through all books, from the first row.
    package internal(set) var isFull = true
    /// The moment of the checkpoint that it began with; nil when it began with the first row.
    package internal(set) var since: Timestamp?
    /// How many checkpoints there are; the chain of their seals was looked at.
    package internal(set) var checkpointCount = 0
    /// How many spendings were looked at.
    package internal(set) var spendingCount = 0
    /// How many grants were looked at.
    package internal(set) var grantCount = 0
    /// What was given, in nano-dollars.
    package internal(set) var granted = NanoDollars.zero
    /// What settlements took of it.
    package internal(set) var settled = NanoDollars.zero
    /// What expired.
    package internal(set) var expired = NanoDollars.zero
    /// What is left.
    package internal(set) var remaining = NanoDollars.zero
    /// What requests under way hold of that.
    package internal(set) var held = NanoDollars.zero
    /// What was charged beyond all that there was.
    package internal(set) var overrun = NanoDollars.zero
    /// What does not agree, a sentence each.
    package internal(set) var faults: [String] = []

    /// What is found where there are no books.
    package init() {}

    /// Whether the books agree to the nano-dollar.
    package var isClean: Bool { faults.isEmpty }
}
