import Accounting
import Model
import Platform
import Synchronization

extension Cashier {
    /// Puts these budgets in force, and no others; nothing is done while no ledger is open.
    ///
    /// - Parameter spent: what is spent of a budget that is new here.
    func setBudgets(
        _ budgets: [BudgetHolder: Budget],
        spent: (BudgetHolder, Budget) -> NanoDollars
    ) {
        let new = books.withLock { $0.treasury?.newBudgets(of: budgets) }
        guard let new else { return }
        var sums: [BudgetHolder: NanoDollars] = [:]
        for (holder, budget) in new { sums[holder] = spent(holder, budget) }
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        books.withLock { [sums] in $0.treasury?.setBudgets(budgets, spent: sums, at: now) }
    }
}
