package import Accounting
import GRDB
import Glibc
package import Model

/// The ledger's file for who only reads it, beside a worker that writes it.
///
/// A reader sees what was written when it looks, and is in nobody's way.
package final class LedgerReader {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens a file; nil when there is none, or nothing in it yet.
    package static func open(_ path: String) throws(LedgerError) -> LedgerReader? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        return try LedgerReader(path).checked()
    }

    private init(_ path: String) throws(LedgerError) {
        self.path = path
        var settings = GRDB.Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(1)
        settings.label = "ledger-reader"
        queue = try LedgerDatabase.reporting(path) {
            try DatabaseQueue(path: path, configuration: settings)
        }
    }

    /// Nil when no worker has made the tables yet.
    private func checked() throws(LedgerError) -> LedgerReader? {
        let version = try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        if version == 0 { return nil }
        if version < LedgerSchema.version {
            throw LedgerError(
                .broken,
                "\(path): version \(version) of the tables; a worker brings them up to date"
            )
        }
        if version > LedgerSchema.version {
            throw LedgerError(.broken, "\(path): a newer program wrote it (version \(version))")
        }
        return self
    }

    func read<R>(_ body: (Database) throws -> R) throws(LedgerError) -> R {
        try LedgerDatabase.reporting(path) { try queue.read(body) }
    }

    /// Goes through the books, from the last checkpoint on or from the first row.
    package func audit(full: Bool = false) throws(LedgerError) -> LedgerAudit {
        try read { try LedgerDatabase.audit($0, full: full) }
    }

    /// What a budget's holder spent by the price list in the stretch of time that a moment is in.
    package func spent(
        of budget: Budget,
        by holder: BudgetHolder,
        at now: Timestamp
    ) throws(LedgerError) -> NanoDollars {
        let name =
            switch holder {
            case .key(let id): id.rawValue
            case .configuration(let id): id.rawValue
            }
        let first = budget.period.days(around: now).map { Int64($0.first.number) } ?? .min
        let managed = budget.scope == .managed ? 1 : 0
        return try read { database in
            guard let number = try NameTable.lookUp(name, in: database) else { return .zero }
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT \(ExactSum.columns(["list_cost"])) FROM usage_days
                    WHERE holder = ? AND day >= ? AND managed >= ?
                    """,
                arguments: [number, first, managed]
            )
            return NanoDollars(row.map { ExactSum.value(0, of: $0) } ?? 0)
        }
    }
}

/// Sums that no row can break: SQLite gives up where 64 bits overflow.
enum ExactSum {
    /// The columns of a query that sums these up.
    static func columns(_ names: [String]) -> String {
        names.map { "sum(\($0) >> 24), sum(\($0) & 16777215)" }.joined(separator: ", ")
    }

    /// A sum of a row, the first with the index 0; at most the largest number.
    static func value(_ index: Int, of row: Row) -> Int64 {
        let (high, low): (Int64?, Int64?) = (row[2 * index], row[2 * index + 1])
        return Int64(clamping: Int128(high ?? 0) << 24 + Int128(low ?? 0))
    }
}
