import Ledger
import Storage

extension CommonOptions {
    /// The ledger of the configuration, to be read beside a worker that writes it.
    ///
    /// Nil, with a note, where there is none yet.
    func ledger() throws -> LedgerReader? {
        let state = try StateDirectory(ConfigurationLoader.stateDirectory(path: configurationPath))
        if let reader = try LedgerReader.open(state.ledgerPath) { return reader }
        printAside(
            "note: there is no ledger yet: a worker makes it when it starts with credits.mode "
                + "prepaid or track"
        )
        return nil
    }
}
