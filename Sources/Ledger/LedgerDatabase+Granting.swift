package import Accounting
import GRDB
package import Model

/// What came of a wish to give money to an account.
package enum GrantOutcome: Equatable, Sendable {
    /// A grant was made.
    case made(Grant)
    /// It was made before, under the same key.
    case madeBefore(Grant)
    /// The key was used for another amount, category or account.
    case keyReused
}

extension LedgerDatabase {
    /// Makes a grant, once for each key: asked again, it tells of the first.
    package func grant(
        _ amount: NanoDollars,
        _ category: Grant.Category,
        to account: AccountID,
        key: String?,
        at now: Timestamp,
        expiringAt end: Timestamp
    ) throws(LedgerError) -> GrantOutcome {
        try Self.reporting(path) {
            try queue.write { database in
                if let key, let row = try self.grant(under: key, database) {
                    let isSame =
                        row.amount == amount && row.category == category.rawValue
                        && row.account == account
                    guard isSame else { return .keyReused }
                    return .madeBefore(
                        Grant(
                            row.id,
                            amount: amount,
                            category: category,
                            createdAt: row.createdAt,
                            expiresAt: row.expiresAt,
                            remaining: row.remaining
                        )
                    )
                }
                // Numbers of grants are made here and nowhere else.
                let last = try Int64.fetchOne(database, sql: "SELECT max(id) FROM grants")
                let grant = Grant(
                    GrantID((last ?? 0) + 1),
                    amount: amount,
                    category: category,
                    createdAt: now,
                    expiresAt: end
                )
                try self.add(grant, of: account, key: key, to: database)
                return .made(grant)
            }
        }
    }

    private struct GrantRow {
        let id: GrantID
        let account: AccountID
        let amount: NanoDollars
        let category: String
        let createdAt: Timestamp
        let expiresAt: Timestamp
        let remaining: NanoDollars
    }

    private func grant(under key: String, _ database: Database) throws -> GrantRow? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, account, amount, category, created_at, expires_at, remaining
                FROM grants WHERE idempotency_key = ?
                """,
            arguments: [key]
        )
        return row.map { row in
            GrantRow(
                id: GrantID(row[0]),
                account: AccountID(row[1]),
                amount: NanoDollars(row[2]),
                category: row[3],
                createdAt: Timestamp(milliseconds: row[4]),
                expiresAt: Timestamp(milliseconds: row[5]),
                remaining: NanoDollars(row[6])
            )
        }
    }
}
