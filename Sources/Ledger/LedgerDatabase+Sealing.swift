import GRDB
package import Model

extension LedgerDatabase {
    /// Goes through the books, from the last checkpoint on or from the first row.
    package func audit(full: Bool = false) throws(LedgerError) -> LedgerAudit {
        try Self.reporting(path) { try queue.read { try Self.audit($0, full: full) } }
    }

    static func audit(_ database: Database, full: Bool) throws -> LedgerAudit {
        var auditor = try Auditor(database)
        if full { try auditor.readAll() } else { _ = try auditor.readFromLastCheckpoint() }
        return auditor.audit
    }

    /// Seals what was written since the last checkpoint; nothing when there is nothing.
    ///
    /// Books that don't agree are not sealed.
    package func seal(at now: Timestamp) throws(LedgerError) {
        try Self.reporting(path) {
            try queue.write { database in
                var auditor = try Auditor(database)
                var (tally, last) = try auditor.readFromLastCheckpoint()
                if let fault = auditor.audit.faults.first {
                    throw LedgerError(.broken, "the books are not sealed: \(fault)")
                }
                guard tally.count > 0 else { return }
                let statement = auditor.statement(&tally, at: now)
                try add(statement, after: last?.seal ?? "", to: database)
            }
        }
        unsealedCount = 0
    }

    private func add(
        _ statement: Checkpoint.Statement,
        after previous: String,
        to database: Database
    ) throws {
        let spent = SpendingKind.allCases.map { RowValue(statement.spent[$0].rawValue) }
        try run(
            .addCheckpoint,
            [
                RowValue(statement.moment.milliseconds), RowValue(statement.lastSpending),
                RowValue(statement.lastGrant), RowValue(statement.granted.rawValue),
            ] + spent + [
                .text(statement.spendingsDigest), .text(statement.grantsDigest),
                .text(Checkpoint.seal(statement, after: previous)),
            ],
            in: database
        )
    }
}
