import Accounting
import Model

/// What a cashier without the ledger has done by the worker that has it.
///
/// Those who ask are told on the housekeeping thread.
enum LedgerErrand: Sendable {
    /// Set aside what an attempt needs.
    case reserve(
        FundsWish,
        orphanCharge: NanoDollars,
        later: @Sendable (consuming ClaimOutcome) -> Void
    )
    /// Set more aside; told with the claim as it is then, nil where that can't be.
    case topUp(
        ClaimRecord,
        by: NanoDollars,
        list: NanoDollars,
        later: @Sendable (ClaimRecord?) -> Void
    )
    /// What a hold is settled for if this worker ends before it says more.
    case orphanCharge(HoldID, NanoDollars)
    /// Charge what ended; told when it is written.
    case settle([SettlementRecord], told: (@Sendable () -> Void)?)
}
