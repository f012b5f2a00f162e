package import Accounting
import GRDB
package import Model

/// A grant with money left.
package struct OpenGrant: Equatable, Sendable {
    /// Which it is.
    package let id: GrantID
    /// Where it came from.
    package let category: Grant.Category
    /// What was given.
    package let amount: NanoDollars
    /// What is neither spent nor expired.
    package let remaining: NanoDollars
    /// How much of that requests under way hold.
    package let held: NanoDollars
    /// When it was made.
    package let createdAt: Timestamp
    /// The first moment at which it can't be held any more.
    package let expiresAt: Timestamp
}

/// The money of an account.
package struct AccountBalance: Equatable, Sendable {
    /// Whose it is.
    package let account: AccountID
    /// Its grants, the one that is spent first in front.
    package internal(set) var grants: [OpenGrant] = []
    /// What requests under way hold.
    package internal(set) var held = NanoDollars.zero
    /// What can be held.
    package internal(set) var available = NanoDollars.zero

    /// Grants less settlements and expiries, held or not.
    package var balance: NanoDollars { available + held }

    /// An account without a grant.
    package init(of account: AccountID) {
        self.account = account
    }

    mutating func add(_ grant: OpenGrant, at now: Timestamp) {
        held = held + grant.held
        guard now < grant.expiresAt else {
            if grant.held > .zero { grants.append(grant) }
            return
        }
        grants.append(grant)
        available = available + (grant.remaining - grant.held)
    }
}

extension LedgerReader {
    /// The balances of an account, or of all that have money, by their names.
    package func balances(
        of account: AccountID? = nil,
        at now: Timestamp
    ) throws(LedgerError) -> [AccountBalance] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    WITH held AS
                        (SELECT grant_id, sum(amount) AS sum FROM hold_parts GROUP BY grant_id)
                    SELECT id, account, category, amount, remaining, coalesce(held.sum, 0),
                        created_at, expires_at
                    FROM grants LEFT JOIN held ON held.grant_id = grants.id
                    WHERE remaining > 0 AND (? IS NULL OR account = ?)
                    ORDER BY account, expires_at, id
                    """,
                arguments: [account?.rawValue, account?.rawValue]
            )
            var balances: [AccountBalance] = []
            while let row = try rows.next() {
                let owner = AccountID(row[1])
                if balances.last?.account != owner { balances.append(AccountBalance(of: owner)) }
                balances[balances.count - 1].add(try grant(row), at: now)
            }
            return balances
        }
    }

    private func grant(_ row: Row) throws -> OpenGrant {
        guard let category = Grant.Category(rawValue: row[2]) else {
            throw LedgerError(.broken, "grant \(row[0] as Int64) is of no known category")
        }
        return OpenGrant(
            id: GrantID(row[0]),
            category: category,
            amount: NanoDollars(row[3]),
            remaining: NanoDollars(row[4]),
            held: NanoDollars(row[5]),
            createdAt: Timestamp(milliseconds: row[6]),
            expiresAt: Timestamp(milliseconds: row[7])
        )
    }
}
