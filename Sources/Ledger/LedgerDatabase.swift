package import Accounting
import GRDB
import Model

/// The ledger's file: SQLite with a write-ahead log, used by one thread.
///
/// What is written together is there together: either all of a batch or none of it.
package final class LedgerDatabase {
    /// Where it is.
    package let path: String
    let queue: DatabaseQueue
    private let instance: String
    /// The last hold that was written: the numbers of later ones are higher.
    private var lastHold: Int64

    /// Opens the file, or makes it.
    ///
    /// - Parameter instance: which worker this is: its holds bear it.
    package init(_ path: String, sync: LedgerSync, instance: String) throws(LedgerError) {
        self.path = path
        self.instance = instance
        var settings = GRDB.Configuration()
        settings.journalMode = .wal
        settings.label = "ledger"
        settings.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = \(sync == .full ? "FULL" : "NORMAL")")
        }
        (queue, lastHold) = try Self.reporting(path) {
            let queue = try DatabaseQueue(path: path, configuration: settings)
            try queue.write(Self.makeTables)
            let last = try queue.read { try Int64.fetchOne($0, sql: "SELECT id FROM last_hold") }
            return (queue, last ?? 0)
        }
    }

    private static func makeTables(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= LedgerSchema.version else {
            throw LedgerError(.broken, "a newer program wrote it (version \(version))")
        }
        guard version == 0 else { return }
        try database.execute(sql: LedgerSchema.statements)
        try database.execute(sql: "PRAGMA user_version = \(LedgerSchema.version)")
    }

    /// Does something with the file, and says of what fails what this module says of errors.
    static func reporting<R>(_ path: String, _ body: () throws -> R) throws(LedgerError) -> R {
        do {
            return try body()
        } catch let error as DatabaseError {
            let code = error.resultCode
            let isBroken = [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT].contains(code)
            let text = error.message ?? code.description
            throw LedgerError(isBroken ? .broken : .outOfReach, "\(path): \(text)")
        } catch let error as LedgerError {
            throw LedgerError(error.kind, "\(path): \(error.description)")
        } catch {
            throw LedgerError(.outOfReach, "\(path): \(error)")
        }
    }

    // MARK: Writing

    /// Writes a batch, in its order.
    package func write(_ records: [LedgerRecord]) throws(LedgerError) {
        lastHold = try Self.reporting(path) {
            try queue.write { database in
                var holds = BatchHolds(in: records, after: lastHold)
                for record in records { try write(record, &holds, to: database) }
                if holds.last > lastHold {
                    try database.run("UPDATE last_hold SET id = ?", [holds.last])
                }
                return holds.last
            }
        }
    }

    private func write(
        _ record: LedgerRecord,
        _ holds: inout BatchHolds,
        to database: Database
    ) throws {
        switch record {
        case .change(let entry, let moment):
            try write(entry.event, of: entry.account, at: moment, &holds, to: database)
        case .orphanCharge(let hold, let charge):
            if holds.passing.contains(hold) { return }
            try database.run(
                "UPDATE holds SET orphan_charge = ? WHERE id = ?",
                [charge.rawValue, hold.number]
            )
        case .usage: break
        }
    }

    private func write(
        _ event: BalanceEvent,
        of account: AccountID,
        at moment: Timestamp,
        _ holds: inout BatchHolds,
        to database: Database
    ) throws {
        switch event {
        case .granted(let grant): try add(grant, of: account, key: nil, to: database)
        case .held(let hold, let parts):
            if holds.passing.contains(hold) { return }
            try database.run(
                "INSERT OR IGNORE INTO holds (id, account, instance, made_at) VALUES (?, ?, ?, ?)",
                [hold.number, account.rawValue, instance, moment.milliseconds]
            )
            for part in parts {
                try database.run(
                    "INSERT INTO hold_parts (hold, grant_id, amount) VALUES (?, ?, ?)",
                    [hold.number, part.grant.number, part.amount.rawValue]
                )
            }
        case .settled(let hold, let parts, let overrun):
            try end(hold, &holds, in: database)
            for part in parts {
                try spend(part, "settlement", hold, of: account, at: moment, in: database)
            }
            if parts.isEmpty || overrun > .zero {
                try database.run(
                    """
                    INSERT INTO spendings (account, kind, hold, amount, moment)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                    [
                        account.rawValue, overrun > .zero ? "overrun" : "settlement", hold.number,
                        overrun.rawValue, moment.milliseconds,
                    ]
                )
            }
        case .released(let hold): try end(hold, &holds, in: database)
        case .expired(let part):
            try spend(part, "expiry", nil, of: account, at: moment, in: database)
        }
    }

    /// Ends a hold, which must be there: a second end would be a second charge.
    private func end(_ hold: HoldID, _ holds: inout BatchHolds, in database: Database) throws {
        if holds.passing.remove(hold) != nil { return }
        try database.run("DELETE FROM holds WHERE id = ?", [hold.number])
        guard database.changesCount == 1 else {
            throw LedgerError(.broken, "there is no hold \(hold.number)")
        }
    }

    private func spend(
        _ part: GrantPart,
        _ kind: String,
        _ hold: HoldID?,
        of account: AccountID,
        at moment: Timestamp,
        in database: Database
    ) throws {
        try database.run(
            """
            INSERT INTO spendings (account, kind, hold, grant_id, amount, moment)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                account.rawValue, kind, hold?.number, part.grant.number, part.amount.rawValue,
                moment.milliseconds,
            ]
        )
        try database.run(
            "UPDATE grants SET remaining = remaining - ? WHERE id = ?",
            [part.amount.rawValue, part.grant.number]
        )
    }

    func add(_ grant: Grant, of account: AccountID, key: String?, to database: Database) throws {
        try database.run(
            """
            INSERT INTO grants
                (id, account, amount, category, created_at, expires_at, remaining, idempotency_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                grant.id.number, account.rawValue, grant.amount.rawValue, grant.category.rawValue,
                grant.createdAt.milliseconds, grant.expiresAt.milliseconds,
                grant.remaining.rawValue, key,
            ]
        )
    }
}

/// The holds of a batch.
private struct BatchHolds {
    /// Those that begin and end in it: they need no row, as nobody will ever find them open.
    var passing: Set<HoldID>
    /// The last one that begins in it, or before it.
    let last: Int64

    init(in records: [LedgerRecord], after last: Int64) {
        var highest = last
        var begun: Set<HoldID> = []
        passing = []
        for case .change(let entry, _) in records {
            switch entry.event {
            case .held(let hold, _) where hold.number > last:
                begun.insert(hold)
                highest = max(highest, hold.number)
            case .settled(let hold, _, _) where begun.contains(hold): passing.insert(hold)
            case .released(let hold) where begun.contains(hold): passing.insert(hold)
            case .held, .settled, .released, .granted, .expired: break
            }
        }
        self.last = highest
    }
}

extension Database {
    /// Runs a statement that is compiled once.
    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }
}
