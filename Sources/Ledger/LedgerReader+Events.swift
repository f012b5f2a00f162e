package import Accounting
import GRDB
package import Model

/// Which usage events are asked for.
package struct UsageQuery: Sendable {
    /// Those of an account, or of all.
    package var account: AccountID?
    /// Those of a key.
    package var accessKey: AccessKeyID?
    /// Those of a request.
    package var requestID: String?
    /// Those that began at that moment or later.
    package var since = Timestamp(milliseconds: 0)
    /// Those that began before that moment.
    package var before = Timestamp(milliseconds: .max)
    /// Also attempts that were not the last of their request.
    package var includesRetries = false
    /// The last event of the page before.
    package var last: StoredUsageEvent.Cursor?
    /// How many.
    package var limit = 100

    /// The newest of all.
    package init() {}

    /// Where to begin, so that pages before are not gone through again.
    fileprivate var end: Timestamp {
        guard let last, last.time.milliseconds < .max else { return before }
        return min(before, Timestamp(milliseconds: last.time.milliseconds + 1))
    }
}

/// A usage event as the ledger has it.
package struct StoredUsageEvent: Equatable, Sendable {
    /// Its number.
    package let id: Int64
    /// What happened.
    package let event: UsageEvent

    /// Its place in the order of all.
    package var cursor: Cursor { Cursor(time: event.time, id: id) }

    /// The place of an event in the order of all.
    package struct Cursor: Equatable, Sendable {
        let time: Timestamp
        let id: Int64
    }
}

extension LedgerReader {
    /// Usage events, the newest first.
    package func events(_ query: UsageQuery) throws(LedgerError) -> [StoredUsageEvent] {
        try read { database in
            if let request = query.requestID {
                return try Self.events(of: request, query, database)
            }
            if let key = query.accessKey {
                let number = try NameTable.lookUp(key.rawValue, in: database) ?? 0
                return try Self.page("access_key", number, query, database)
            }
            if let account = query.account {
                let number = try NameTable.lookUp(account.rawValue, in: database) ?? 0
                return try Self.page("account", number, query, database)
            }
            let pages = try Self.accounts(database).map {
                try Self.page("account", $0, query, database)
            }
            return Array(pages.joined().sorted(by: Self.isNewer).prefix(query.limit))
        }
    }

    /// The numbers of all accounts: an index knows them without going through its rows.
    private static func accounts(_ database: Database) throws -> [Int64] {
        try Int64.fetchAll(
            database,
            sql: """
                WITH RECURSIVE found (account) AS (
                    SELECT min(account) FROM usage_events
                    UNION ALL
                    SELECT (SELECT min(account) FROM usage_events WHERE account > found.account)
                    FROM found WHERE found.account IS NOT NULL
                )
                SELECT account FROM found WHERE account IS NOT NULL
                """
        )
    }

    private static func isNewer(_ left: StoredUsageEvent, _ right: StoredUsageEvent) -> Bool {
        (right.event.time, right.id) < (left.event.time, left.id)
    }

    private static func page(
        _ column: String,
        _ number: Int64,
        _ query: UsageQuery,
        _ database: Database
    ) throws -> [StoredUsageEvent] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(StoredUsageEvent.columns) FROM usage_events
                WHERE \(column) = ? AND time >= ? AND time < ? AND is_final >= ?
                    AND (? IS NULL OR account = ?) AND (? IS NULL OR (time, id) < (?, ?))
                ORDER BY time DESC, id DESC LIMIT ?
                """,
            arguments: [
                number, query.since.milliseconds, query.end.milliseconds,
                query.includesRetries ? 0 : 1,
            ] + StatementArguments(try filters(query, database)) + [query.limit]
        )
        return try rows.map(StoredUsageEvent.init)
    }

    private static func filters(_ query: UsageQuery, _ database: Database) throws -> [Int64?] {
        let account = try query.account.map {
            try NameTable.lookUp($0.rawValue, in: database) ?? 0
        }
        let time = query.last?.time.milliseconds
        return [account, account, time, time, query.last?.id]
    }

    /// A request's id is looked for day by day, the newest first: each day has an index of its own.
    private static func events(
        of request: String,
        _ query: UsageQuery,
        _ database: Database
    ) throws -> [StoredUsageEvent] {
        let ends = try Row.fetchOne(
            database,
            sql: """
                SELECT (SELECT time FROM usage_events ORDER BY id LIMIT 1) / 86400000 - 1,
                    (SELECT time FROM usage_events ORDER BY id DESC LIMIT 1) / 86400000 + 1
                """
        )
        guard let first: Int64 = ends?[0], let last: Int64 = ends?[1], first <= last else {
            return []
        }
        // The plus keeps SQLite from putting the id into the index's expression, which would then not
        // be found in the index.
        let statement = try database.makeStatement(
            sql: """
                SELECT \(StoredUsageEvent.columns) FROM usage_events
                WHERE time / 86400000 = ? AND substr(request, 4, 8) = substr(?, 4, 8)
                    AND +request = ? AND time >= ? AND time < ? AND is_final >= ?
                    AND (? IS NULL OR account = ?) AND (? IS NULL OR (time, id) < (?, ?))
                """
        )
        var found: [StoredUsageEvent] = []
        let filters = try filters(query, database)
        for day in stride(from: last, through: first, by: -1) where found.count < query.limit {
            let rows = try Row.fetchAll(
                statement,
                arguments: [
                    day, request, request, query.since.milliseconds, query.before.milliseconds,
                    query.includesRetries ? 0 : 1,
                ] + StatementArguments(filters)
            )
            found += try rows.map(StoredUsageEvent.init)
        }
        return Array(found.sorted(by: isNewer).prefix(query.limit))
    }
}
