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

extension StoredUsageEvent.Cursor {
    /// What stands for it where others keep it: nobody but the ledger reads it.
    package var text: String {
        String(time.milliseconds, radix: 36) + "-" + String(id, radix: 36)
    }

    /// The place that a text stands for; nil where it stands for none.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = Int64(parts[0], radix: 36), time >= 0,
            let id = Int64(parts[1], radix: 36), id >= 0
        else { return nil }
        self.init(time: Timestamp(milliseconds: time), id: id)
    }
}

extension LedgerReader {
    /// Usage events, the newest first.
    package func events(_ query: UsageQuery) throws(LedgerError) -> [StoredUsageEvent] {
        try read { database in
            if let request = query.requestID {
                return try Self.events(of: request, query, database)
            }
            let account = try query.account.map {
                try NameTable.lookUp($0.rawValue, in: database) ?? 0
            }
            if let key = query.accessKey {
                let number = try NameTable.lookUp(key.rawValue, in: database) ?? 0
                return try Self.events(ofKey: number, of: account, query, database)
            }
            if let account { return try Self.page("account = ?", [account], query, database) }
            return try Self.page("TRUE", [], query, database)
        }
    }

    /// The attempts of a request, in their order; none where another account made it.
    package func attempts(
        of request: String,
        in account: AccountID? = nil
    ) throws(LedgerError) -> [StoredUsageEvent] {
        var query = UsageQuery()
        query.requestID = request
        query.account = account
        query.includesRetries = true
        return try events(query)
            .sorted { ($0.event.attempt, $0.id) < ($1.event.attempt, $1.id) }
    }

    /// A key is of one account for life: nobody has to look through the events of another one's.
    private static func events(
        ofKey key: Int64,
        of account: Int64?,
        _ query: UsageQuery,
        _ database: Database
    ) throws -> [StoredUsageEvent] {
        if let account {
            let owner = try Int64.fetchOne(
                database,
                sql: "SELECT account FROM usage_events WHERE access_key = ? LIMIT 1",
                arguments: [key]
            )
            guard owner == account else { return [] }
        }
        return try page("access_key = ?", [key], query, database)
    }

    private static func isNewer(_ left: StoredUsageEvent, _ right: StoredUsageEvent) -> Bool {
        (right.event.time, right.id) < (left.event.time, left.id)
    }

    /// What an index that ends with the time finds.
    private static func page(
        _ condition: String,
        _ numbers: [Int64],
        _ query: UsageQuery,
        _ database: Database
    ) throws -> [StoredUsageEvent] {
        let last = query.last.map { ($0.time.milliseconds, $0.id) } ?? (.max, .max)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(StoredUsageEvent.columns) FROM usage_events
                WHERE \(condition) AND time >= ? AND time < ? AND (time, id) < (?, ?)
                    AND is_final >= ?
                ORDER BY time DESC, id DESC LIMIT ?
                """,
            arguments: StatementArguments(numbers) + [
                query.since.milliseconds, query.end.milliseconds, last.0, last.1,
                query.includesRetries ? 0 : 1, query.limit,
            ]
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
                SELECT (SELECT min(time) FROM usage_events) / 86400000,
                    (SELECT max(time) FROM usage_events) / 86400000
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
