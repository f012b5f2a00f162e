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

        /// Before all lines.
        fileprivate static let start = Cursor(moment: .max, key: "")

        fileprivate init(moment: Int64, key: String) {
            self.moment = moment
            self.key = key
        }

        /// What stands for it where others keep it: nobody but the ledger reads it.
        package var text: String {
            let digits = key.utf8.map { byte in
                String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            return String(moment, radix: 36) + "-" + digits.joined()
        }

        /// The place that a text stands for; nil where it stands for none.
        package init?(text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let moment = Int64(parts[0], radix: 36), moment >= 0 else {
                return nil
            }
            let digits = parts[1].compactMap(\.hexDigitValue)
            guard digits.count == parts[1].count, digits.count.isMultiple(of: 2) else { return nil }
            let bytes = stride(from: 0, to: digits.count, by: 2)
                .map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
            guard let key = String(validating: bytes, as: UTF8.self) else { return nil }
            self.init(moment: moment, key: key)
        }

        /// The last day that may have a line after it.
        fileprivate var lastDay: Int64 {
            let length = UsageStretch.day.rawValue
            return moment < length - 1 ? -1 : (moment - (length - 1)) / length
        }
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
            let last = last ?? .start
            let owner = account.map { [$0.rawValue] } ?? []
            let rows = try Row.fetchAll(
                database,
                sql: Self.statement(isOfOne: account != nil),
                arguments: StatementArguments(owner)
                    + [last.moment, last.moment, last.key, limit]
                    + StatementArguments(owner)
                    + [last.lastDay, last.moment, last.key, limit, limit]
            )
            return try rows.map(Self.transaction)
        }
    }

    /// Of grants and of days no more lines than are wanted are looked at, each by its own index.
    ///
    /// A day has its place where it ended, so that what was given on it comes after it.
    private static func statement(isOfOne: Bool) -> String {
        let owner = isOfOne ? "account = ?" : "TRUE"
        return """
            SELECT account, place, key, kind, number, amount, moment, category, expires_at FROM (
                SELECT account, created_at AS place, 'grant:' || printf('%019d', id) AS key,
                    'grant' AS kind, id AS number, amount, created_at AS moment, category, expires_at
                FROM grants
                WHERE \(owner) AND created_at <= ?
                    AND (created_at, 'grant:' || printf('%019d', id)) < (?, ?)
                ORDER BY created_at DESC, id DESC LIMIT ?
            )
            UNION ALL
            SELECT * FROM (
                SELECT account, day * 86400000 + 86399999 AS place, kind || ':' || account AS key,
                    kind, count, amount, day * 86400000, NULL, NULL
                FROM spending_days
                WHERE \(owner) AND day <= ?
                    AND (day * 86400000 + 86399999, kind || ':' || account) < (?, ?)
                ORDER BY day DESC, kind DESC, account DESC LIMIT ?
            )
            ORDER BY place DESC, key DESC LIMIT ?
            """
    }

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
