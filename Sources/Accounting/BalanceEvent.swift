package import Model

/// A change of a balance: what the ledger writes, and by which the balance is made again.
package enum BalanceEvent: Equatable, Sendable {
    /// A grant was added.
    case granted(Grant)
    /// A hold, new or there already, has these parts of grants more.
    case held(HoldID, [GrantPart])
    /// A hold ended in a charge: these parts were spent, and so much was not there to be spent.
    case settled(HoldID, [GrantPart], overrun: NanoDollars)
    /// A hold ended in nothing.
    case released(HoldID)
    /// A part of a grant can't be spent any more.
    case expired(GrantPart)
}
