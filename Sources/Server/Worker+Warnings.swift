import Accounting
import Platform

/// The owner of the ledger warns accounts that their credits run out.
extension Worker {
    /// Warns from now on by what is configured, or not any more.
    func warn() {
        guard isOwner, ledger.terms.mode != .off, let directory = ledger.terms.directory else {
            return warnNoMore()
        }
        let settings = reloader.warnerSettings
        if let warner { return warner.adopt(settings) }
        let cashier = ledger.cashier
        do throws(SystemError) {
            let file = WarningFile(of: directory)
            warner = try Warner(file, settings, log: log) { cashier.funds }
        } catch {
            log.error("nobody warns of low balances", ["reason": "\(error)"])
        }
    }

    /// What is not sent yet is left to whoever owns the ledger next.
    func warnNoMore() {
        warner?.stop()
        warner = nil
    }
}
