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

    /// The open holds of a worker that is no more.
    package func orphans(of instance: String) throws(LedgerError) -> [OrphanedHold] {
        try Self.reporting(path) {
            try queue.read { database in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT account, id, orphan_charge FROM holds WHERE instance = ? ORDER BY id
                        """,
                    arguments: [instance]
                )
                return rows.map { row in
                    OrphanedHold(
                        account: AccountID(row[0]),
                        hold: HoldID(row[1]),
                        charge: NanoDollars(row[2])
                    )
                }
            }
        }
    }

    private func parts(of hold: HoldID, _ database: Database) throws -> [GrantPart] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT grant_id, amount FROM hold_parts WHERE hold = ? ORDER BY id",
            arguments: [hold.number]
        )
        return rows.map { GrantPart(GrantID($0[0]), NanoDollars($0[1])) }
    }
}
