import Accounting
import GRDB
import Model

/// A grant as the books have it.
struct BookedGrant {
    let id: Int64
    let account: String
    let amount: NanoDollars
    let category: String
    let createdAt: Int64
    let expiresAt: Int64
    let remaining: NanoDollars
    let held: NanoDollars

    /// All of them, in the order of their numbers.
    static func all(_ database: Database) throws -> [BookedGrant] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                WITH held AS (SELECT grant_id, sum(amount) AS sum FROM hold_parts GROUP BY grant_id)
                SELECT id, account, amount, category, created_at, expires_at, remaining,
                    coalesce(held.sum, 0)
                FROM grants LEFT JOIN held ON held.grant_id = grants.id
                ORDER BY id
                """
        )
        var grants: [BookedGrant] = []
        while let row = try rows.next() {
            grants.append(
                BookedGrant(
                    id: row[0],
                    account: row[1],
                    amount: NanoDollars(row[2]),
                    category: row[3],
                    createdAt: row[4],
                    expiresAt: row[5],
                    remaining: NanoDollars(row[6]),
                    held: NanoDollars(row[7])
                )
            )
        }
        return grants
    }

    /// The digest of grants, with what was left of each.
    static func digest(
        _ grants: some Sequence<BookedGrant>,
        _ remaining: (BookedGrant) -> NanoDollars
    ) -> String {
        var digest = RowDigest()
        for grant in grants {
            digest.add(grant.id)
            digest.add(grant.account)
            digest.add(grant.amount.rawValue)
            digest.add(grant.category)
            digest.add(grant.createdAt)
            digest.add(grant.expiresAt)
            digest.add(remaining(grant).rawValue)
        }
        return digest.finish()
    }
}

/// What a run of spendings comes to.
struct BooksTally {
    private(set) var count = 0
    private(set) var last: Int64
    private(set) var sums: SpendingSums
    /// What was taken from each grant.
    private(set) var spent: [Int64: NanoDollars] = [:]
    /// Rows of no known kind.
    private(set) var strange: [Int64] = []
    private var digest = RowDigest()

    /// Nothing yet, after that spending.
    init(after last: Int64, sums: SpendingSums = SpendingSums()) {
        self.last = last
        self.sums = sums
    }

    /// Goes on through the spendings up to one of them, or to the last.
    mutating func read(through end: Int64 = .max, _ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, account, kind, hold, grant_id, amount, moment FROM spendings
                WHERE id > ? AND id <= ? ORDER BY id
                """,
            arguments: [last, end]
        )
        while let row = try rows.next() { add(row) }
    }

    private mutating func add(_ row: Row) {
        let (id, kind, amount): (Int64, String, Int64) = (row[0], row[2], row[5])
        let (hold, grant): (Int64?, Int64?) = (row[3], row[4])
        count += 1
        last = id
        if let kind = SpendingKind(rawValue: kind) {
            sums[kind] = sums[kind] + NanoDollars(amount)
        } else {
            strange.append(id)
        }
        if let grant { spent[grant] = (spent[grant] ?? .zero) + NanoDollars(amount) }
        digest.add(id)
        digest.add(row[1] as String)
        digest.add(kind)
        digest.add(hold)
        digest.add(grant)
        digest.add(amount)
        digest.add(row[6] as Int64)
    }

    /// The digest of what was read since the last one.
    mutating func takeDigest() -> String {
        defer { digest = RowDigest() }
        return digest.finish()
    }
}
