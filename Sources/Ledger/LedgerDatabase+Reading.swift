package import Accounting
import GRDB
package import Model

/// A hold whose worker is no more.
package struct OrphanedHold: Equatable, Sendable {
    /// Whose it is.
    package let account: AccountID
    /// Which it is.
    package let hold: HoldID
    /// What it is settled for: what is known of its attempt.
    package let charge: NanoDollars

    /// A hold of an account.
    package init(account: AccountID, hold: HoldID, charge: NanoDollars) {
        self.account = account
        self.hold = hold
        self.charge = charge
    }
}

/// What a worker begins with.
package struct LedgerContents: Sendable {
    /// The balances of all accounts that have money, or had some held.
    package let balances: [AccountID: Balance]
    /// The holds of workers that are no more, to be settled first of all.
    package let orphans: [OrphanedHold]
    /// A number above that of every hold ever made.
    package let firstHold: Int64
}

/// What an audit found.
package struct LedgerAudit: Equatable, Sendable {
    /// How many grants were looked at.
    package let grantCount: Int
    /// What was given, in nano-dollars.
    package let granted: NanoDollars
    /// What settlements took of it.
    package let settled: NanoDollars
    /// What expired.
    package let expired: NanoDollars
    /// What is left.
    package let remaining: NanoDollars
    /// What was charged beyond all that there was.
    package let overrun: NanoDollars
    /// What does not agree, a sentence each.
    package let faults: [String]

    /// Whether the books agree to the nano-dollar.
    package var isClean: Bool { faults.isEmpty }
}

extension LedgerDatabase {
    /// Reads what is open: grants with money left, holds, and which of these are orphans.
    ///
    /// - Parameter isAlive: whether the worker of an instance runs; its holds are left to it.
    package func contents(isAlive: (String) -> Bool) throws(LedgerError) -> LedgerContents {
        try Self.reporting(path) {
            try queue.read { database in try contents(of: database, isAlive) }
        }
    }

    private func contents(
        of database: Database,
        _ isAlive: (String) -> Bool
    ) throws -> LedgerContents {
        var balances: [AccountID: Balance] = [:]
        let grants = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, account, amount, category, created_at, expires_at, remaining FROM grants
                WHERE remaining > 0 ORDER BY id
                """
        )
        while let row = try grants.next() {
            guard let category = Grant.Category(rawValue: row[3]) else {
                throw LedgerError(.broken, "grant \(row[0] as Int64) is of no known category")
            }
            let grant = Grant(
                GrantID(row[0]),
                amount: NanoDollars(row[2]),
                category: category,
                createdAt: Timestamp(milliseconds: row[4]),
                expiresAt: Timestamp(milliseconds: row[5]),
                remaining: NanoDollars(row[6])
            )
            balances[AccountID(row[1]), default: Balance()].apply(.granted(grant))
        }
        var orphans: [OrphanedHold] = []
        let holds = try Row.fetchAll(
            database,
            sql: "SELECT id, account, instance, orphan_charge FROM holds ORDER BY id"
        )
        for row in holds {
            let hold = HoldID(row[0])
            let account = AccountID(row[1])
            let parts = try parts(of: hold, database)
            balances[account, default: Balance()].apply(.held(hold, parts))
            if !isAlive(row[2]) {
                orphans.append(
                    OrphanedHold(account: account, hold: hold, charge: NanoDollars(row[3]))
                )
            }
        }
        let last = try Int64.fetchOne(database, sql: "SELECT id FROM last_hold") ?? 0
        return LedgerContents(balances: balances, orphans: orphans, firstHold: last + 1)
    }

    private func parts(of hold: HoldID, _ database: Database) throws -> [GrantPart] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT grant_id, amount FROM hold_parts WHERE hold = ? ORDER BY id",
            arguments: [hold.number]
        )
        return rows.map { GrantPart(GrantID($0[0]), NanoDollars($0[1])) }
    }

    /// Goes through all books: for each grant, what was given less what was spent is what is left,
    /// and not more of it is held.
    package func audit() throws(LedgerError) -> LedgerAudit {
        try Self.reporting(path) { try queue.read(audit) }
    }

    private func audit(_ database: Database) throws -> LedgerAudit {
        var faults: [String] = []
        let rows = try Row.fetchCursor(
            database,
            sql: """
                WITH
                    spent AS (SELECT grant_id, sum(amount) AS sum FROM spendings GROUP BY grant_id),
                    held AS (SELECT grant_id, sum(amount) AS sum FROM hold_parts GROUP BY grant_id)
                SELECT id, amount, remaining, coalesce(spent.sum, 0), coalesce(held.sum, 0)
                FROM grants
                    LEFT JOIN spent ON spent.grant_id = grants.id
                    LEFT JOIN held ON held.grant_id = grants.id
                ORDER BY id
                """
        )
        var count = 0
        var (granted, remaining) = (NanoDollars.zero, NanoDollars.zero)
        while let row = try rows.next() {
            let (id, amount, left): (Int64, Int64, Int64) = (row[0], row[1], row[2])
            let (spent, held): (Int64, Int64) = (row[3], row[4])
            if amount - spent != left {
                faults.append("grant \(id): \(left) is left, and \(amount) less \(spent) is not")
            }
            if held > left { faults.append("grant \(id): \(held) of it is held, and \(left) left") }
            count += 1
            granted = granted + NanoDollars(amount)
            remaining = remaining + NanoDollars(left)
        }
        let twice = try Int64.fetchAll(
            database,
            sql: """
                SELECT DISTINCT hold FROM spendings WHERE hold IS NOT NULL
                GROUP BY hold, kind, grant_id HAVING count(*) > 1
                """
        )
        faults += twice.map { "hold \($0) was settled twice" }
        func total(_ kind: String) throws -> NanoDollars {
            let sum = try Int64.fetchOne(
                database,
                sql: "SELECT sum(amount) FROM spendings WHERE kind = ?",
                arguments: [kind]
            )
            return NanoDollars(sum ?? 0)
        }
        return LedgerAudit(
            grantCount: count,
            granted: granted,
            settled: try total("settlement"),
            expired: try total("expiry"),
            remaining: remaining,
            overrun: try total("overrun"),
            faults: faults
        )
    }
}
