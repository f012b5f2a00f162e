/// Why money of an account is gone.
package enum SpendingKind: String, CaseIterable, Sendable {
    /// An attempt was charged.
    case settlement
    /// A grant expired.
    case expiry
    /// An attempt cost more than there was: that is gone for the operator.
    case overrun
}
