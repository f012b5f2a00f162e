import Accounting
import Ledger
import Model
import Platform
import Storage

/// The owner of the ledger knows how far budgets are used up.
extension Worker {
    /// Puts the budgets of keys and of configurations in force as they are now.
    func setBudgets() {
        guard isOwner, let path = ledger.terms.directory?.ledgerPath else { return }
        let all = reloader.budgets.map { ($0.holder, $0.budget) }
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        var books: LedgerReader?
        ledger.cashier.setBudgets(Dictionary(all) { first, _ in first }) { holder, budget in
            do throws(LedgerError) {
                if books == nil { books = try LedgerReader.open(path) }
                return try books?.spent(of: budget, by: holder, at: now) ?? .zero
            } catch {
                log.error("a budget counts from nothing", ["reason": error.description])
                return .zero
            }
        }
    }
}
