package import Accounting
import GRDB
import Model

/// The ledger's file: SQLite with a write-ahead log, used by one thread.
///
/// What is written together is there together: either all of a batch or none of it.
package final class LedgerDatabase {
    /// The bytes of pages that are kept in memory, in KiB.
    private static let cacheSize = 16 * 1024

    /// Where it is.
    package let path: String
    let queue: DatabaseQueue
    let instance: String
    /// The last hold that was written: the numbers of later ones are higher.
    var lastHold: Int64
    /// How many spendings no checkpoint seals yet.
    package internal(set) var unsealedCount: Int
    var names = NameTable()
    private var statements = [WriteStatement?](repeating: nil, count: LedgerWrite.allCases.count)

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
            try database.execute(sql: "PRAGMA cache_size = -\(Self.cacheSize)")
            try database.execute(sql: "PRAGMA synchronous = \(sync == .full ? "FULL" : "NORMAL")")
        }
        (queue, lastHold, unsealedCount) = try Self.reporting(path) {
            let queue = try DatabaseQueue(path: path, configuration: settings)
            try queue.write(Self.makeTables)
            return try queue.read { database in
                let last = try Int64.fetchOne(database, sql: "SELECT id FROM last_hold") ?? 0
                return (queue, last, try Checkpoint.unsealedCount(database))
            }
        }
    }

    private static func makeTables(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= LedgerSchema.version else {
            throw LedgerError(.broken, "a newer program wrote it (version \(version))")
        }
        guard version < LedgerSchema.version else { return }
        for step in LedgerSchema.steps[max(0, version)...] { try database.execute(sql: step) }
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
            throw LedgerError(
                isBroken ? .broken : .outOfReach,
                "\(path): \(text)",
                leavesConnection: isBroken || [.SQLITE_BUSY, .SQLITE_FULL].contains(code)
            )
        } catch let error as LedgerError {
            throw LedgerError(error.kind, "\(path): \(error.description)")
        } catch {
            throw LedgerError(.outOfReach, "\(path): \(error)")
        }
    }

    /// Runs a statement that is compiled once.
    func run(_ write: LedgerWrite, _ values: [RowValue], in database: Database) throws {
        if let statement = statements[write.rawValue] { return try statement.run(values) }
        let statement = try WriteStatement(write.sql, database)
        statements[write.rawValue] = statement
        try statement.run(values)
    }
}

extension Database {
    /// Runs a statement that is compiled once.
    func run(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }
}
