import ControlPlane
import Accounting
import Ledger
import Model
import Synchronization

extension Cashier {
    /// Gives money to an account.
    ///
    /// The ledger makes the grant, and its number; the treasury hears of it in the same turn of the
    /// ledger's thread, so that nothing of it is spent before it is written.
    ///
    /// - Parameter told: called once the money can be spent, on the ledger's thread; at once where
    ///   there is no ledger.
    func grant(
        _ order: GrantOrder,
        at now: Timestamp,
        told: @escaping @Sendable (GrantAnswer) -> Void
    ) {
        let isOpen = books.withLock { books in
            books.ledger?.perform { [self] in told(fill(order, at: now, in: $0)) }
            return books.ledger != nil
        }
        if !isOpen {
            told(.refused(condition.problem ?? "there is no ledger: credits.mode is off"))
        }
    }

    private func fill(
        _ order: GrantOrder,
        at now: Timestamp,
        in ledger: Result<LedgerDatabase, LedgerError>
    ) -> GrantAnswer {
        do throws(LedgerError) {
            let outcome = try order.fill(in: ledger.get(), at: now)
            if case .made(let grant) = outcome {
                books.withLock { books in
                    // It is written already.
                    var entries: [LedgerEntry] = []
                    books.treasury?.add(grant, to: order.account, telling: &entries)
                }
            }
            return GrantAnswer(outcome)
        } catch {
            return .refused(error.description)
        }
    }
}
