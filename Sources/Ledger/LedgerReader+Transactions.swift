import Accounting
import GRDB
package import Model

/// A line of a statement of account.
package struct Transaction: Equatable, Sendable {
    /// What it tells of.
    package enum Kind: Equatable, Sendable {
        /// Money was given: a grant's number, its category, when it expires.
        case grant(Int64, category: String, expiresAt: Timestamp)
        /// So many spendings of one kind on one day.
        case spendings(SpendingKind, count: Int)
    }

    /// Whose money.
    package let account: AccountID
    /// What it tells of.
    package let kind: Kind
    /// When the grant was made, or when the day began (UTC).
    package let moment: Timestamp
    /// How much was given or is gone, never negative.
    package let amount: NanoDollars
    /// Where the next page begins.
    package let cursor: Cursor

    /// The place of a line in the order of all.
    package struct Cursor: Equatable, Sendable {
        let moment: Int64
        let key: String
    }
}

extension LedgerReader {
    /// What was given to an account, or to all, and what is gone, a line for each day and kind; the
    /// newest first.
    ///
    /// - Parameter last: the last line of the page before.
    package func transactions(
        of account: AccountID? = nil,
        after last: Transaction.Cursor? = nil,
        limit: Int
    ) throws(LedgerError) -> [Transaction] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: Self.statement,
                arguments: [
                    account?.rawValue, account?.rawValue, last?.moment, last?.moment, last?.key,
                    limit,
                ]
            )
            return try rows.map(Self.transaction)
        }
    }

    /// A day has its place where it ended, so that what was given on it comes after it.
    private static let statement = """
        WITH lines AS (
            SELECT account, created_at AS place, 'grant:' || printf('%019d', id) AS key, 'grant' AS kind,
                id AS number, amount, created_at AS moment, category, expires_at
            FROM grants
            UNION ALL
            SELECT account, day * 86400000 + 86399999, kind || ':' || account, kind,
                count, amount, day * 86400000, NULL, NULL
            FROM spending_days
        )
        SELECT account, place, key, kind, number, amount, moment, category, expires_at FROM lines
        WHERE (? IS NULL OR account = ?) AND (? IS NULL OR (place, key) < (?, ?))
        ORDER BY place DESC, key DESC LIMIT ?
        """

    private static func transaction(_ row: Row) throws -> Transaction {
        let name: String = row[3]
        let kind: Transaction.Kind
        if let spending = SpendingKind(rawValue: name) {
            kind = .spendings(spending, count: row[4])
        } else if name == "grant" {
            let end = Timestamp(milliseconds: row[8])
            kind = .grant(row[4], category: row[7], expiresAt: end)
        } else {
            throw LedgerError(.broken, "spendings of no known kind \"\(name)\"")
        }
        return Transaction(
            account: AccountID(row[0]),
            kind: kind,
            moment: Timestamp(milliseconds: row[6]),
            amount: NanoDollars(row[5]),
            cursor: Transaction.Cursor(moment: row[1], key: row[2])
        )
    }
}
