import Accounting
import JSON

extension LedgerKeeper {
    /// Writes what `status` tells of the ledger.
    func write(into writer: inout JSONWriter) {
        let condition = cashier.condition
        writer.beginObject()
        writer.key("mode")
        writer.string(terms.mode.rawValue)
        writer.key("open_holds")
        writer.integer(condition.openHolds)
        writer.key("queue_length")
        writer.integer(condition.queueLength)
        writer.key("problem")
        if let problem = condition.problem {
            writer.string(problem)
        } else {
            writer.null()
        }
        writer.endObject()
    }
}
