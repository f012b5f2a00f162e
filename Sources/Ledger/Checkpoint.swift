import GRDB
import Model

/// A seal over the books as they were: whoever goes through them later begins there.
struct Checkpoint {
    /// What it states, beside the seal itself.
    struct Statement {
        var moment: Timestamp
        /// The last of the spendings that it seals, and of the grants.
        var lastSpending: Int64
        var lastGrant: Int64
        /// The sums of all of them.
        var granted: NanoDollars
        var spent: SpendingSums
        /// Of the spendings since the checkpoint before.
        var spendingsDigest: String
        /// Of all grants, with what the spendings leave of each.
        var grantsDigest: String
    }

    let number: Int64
    let statement: Statement
    let seal: String

    /// The spendings after which the books are sealed again.
    static let interval = 20_000

    /// The SHA-256 of a statement and of the seal before it.
    static func seal(_ statement: Statement, after previous: String) -> String {
        var digest = RowDigest()
        digest.add(statement.moment.milliseconds)
        digest.add(statement.lastSpending)
        digest.add(statement.lastGrant)
        digest.add(statement.granted.rawValue)
        for kind in SpendingKind.allCases { digest.add(statement.spent[kind].rawValue) }
        digest.add(statement.spendingsDigest)
        digest.add(statement.grantsDigest)
        digest.add(previous)
        return digest.finish()
    }

    static func unsealedCount(_ database: Database) throws -> Int {
        let count = try Int.fetchOne(
            database,
            sql: """
                SELECT coalesce((SELECT max(id) FROM spendings), 0)
                    - coalesce((SELECT max(last_spending) FROM checkpoints), 0)
                """
        )
        return max(0, count ?? 0)
    }

    /// All of them, in their order.
    static func all(_ database: Database) throws -> [Checkpoint] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, moment, last_spending, last_grant, granted, settled, expired, overrun,
                    spendings_digest, grants_digest, seal
                FROM checkpoints ORDER BY id
                """
        )
        return rows.map { row in
            var spent = SpendingSums()
            spent[.settlement] = NanoDollars(row[5])
            spent[.expiry] = NanoDollars(row[6])
            spent[.overrun] = NanoDollars(row[7])
            let statement = Statement(
                moment: Timestamp(milliseconds: row[1]),
                lastSpending: row[2],
                lastGrant: row[3],
                granted: NanoDollars(row[4]),
                spent: spent,
                spendingsDigest: row[8],
                grantsDigest: row[9]
            )
            return Checkpoint(number: row[0], statement: statement, seal: row[10])
        }
    }
}

/// Sums of spendings by their kind.
struct SpendingSums: Equatable {
    private var sums = [NanoDollars](repeating: .zero, count: SpendingKind.allCases.count)

    subscript(kind: SpendingKind) -> NanoDollars {
        get { sums[Self.place(of: kind)] }
        set { sums[Self.place(of: kind)] = newValue }
    }

    private static func place(of kind: SpendingKind) -> Int {
        switch kind {
        case .settlement: 0
        case .expiry: 1
        case .overrun: 2
        }
    }
}
