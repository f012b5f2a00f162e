import Accounting
import Model
import Platform
import Synchronization

extension Cashier {
    /// What accounts have; nil while no ledger is open.
    var funds: [AccountFunds]? {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        return books.withLock { books -> [AccountFunds]? in
            guard let treasury = books.treasury else { return nil }
            return treasury.funds(at: now)
        }
    }
}
