import Accounting
import Ledger
import Model
import Platform

/// The owner of the ledger knows how far budgets are used up.
extension Worker {
    /// Puts the budgets of keys and of configurations in force as they are now.
    func setBudgets() {
        guard isOwner else { return }
        let budgets = Dictionary(reloader.budgets.map { ($0.holder, $0.budget) }) { first, _ in
            first
        }
        ledger.cashier.setBudgets(budgets) { _, _ in .zero }
    }
}
