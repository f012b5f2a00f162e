import Accounting
import GRDB
package import Model

/// What one day (UTC) came to at one provider, or by one key.
package struct UsageBucket: Equatable, Sendable {
    /// What buckets are made by; the raw values are those of the file.
    package enum Grouping: Int64, CaseIterable, Sendable {
        case accessKey = 0
        case provider = 1
    }

    /// The day.
    package let day: CalendarDay
    /// The key's id, or the provider's.
    package let name: String
    /// The requests whose last attempt was made there, and those of them that failed.
    package internal(set) var requests: Int
    package internal(set) var errors: Int
    /// What all attempts cost, those that were not the last of their requests too.
    package internal(set) var cost: NanoDollars
}

extension LedgerReader {
    /// What whole days came to, from the one that a moment is in to the one that ends with another
    /// moment, or has it in its midst; the first day in front.
    package func overview(
        from first: Timestamp,
        to end: Timestamp,
        by grouping: UsageBucket.Grouping,
        of account: AccountID? = nil
    ) throws(LedgerError) -> [UsageBucket] {
        try read { database in
            var sums: [BucketPlace: UsageBucket] = [:]
            let days = try Self.days(from: first, to: end, by: grouping, of: account, database)
            while let row = try days.next() {
                let place = BucketPlace(day: row[0], name: row[1])
                if var bucket = sums[place] {
                    bucket.add(requests: row[2], errors: row[3], cost: row[4])
                    sums[place] = bucket
                } else {
                    sums[place] = UsageBucket(
                        day: CalendarDay(number: Int32(clamping: place.day)),
                        name: try NameTable.name(place.name, in: database) ?? "",
                        requests: row[2],
                        errors: row[3],
                        cost: NanoDollars(row[4])
                    )
                }
            }
            return sums.values.sorted { ($0.day.number, $0.name) < ($1.day.number, $1.name) }
        }
    }

    private static func days(
        from first: Timestamp,
        to end: Timestamp,
        by grouping: UsageBucket.Grouping,
        of account: AccountID?,
        _ database: Database
    ) throws -> RowCursor {
        let last = Timestamp(milliseconds: max(.min + 1, end.milliseconds) - 1)
        var arguments: StatementArguments = [grouping.rawValue]
        var sql =
            "SELECT day, name, requests, errors, cost FROM usage_group_days WHERE grouping = ?"
        if let account {
            sql += " AND account = ?"
            arguments += [try NameTable.lookUp(account.rawValue, in: database) ?? 0]
        }
        arguments += [first.wholes(of: .day), last.wholes(of: .day)]
        return try Row.fetchCursor(
            database,
            sql: sql + " AND day BETWEEN ? AND ?",
            arguments: arguments
        )
    }
}

/// Where the sums of a bucket belong: the days of several accounts are one.
private struct BucketPlace: Hashable {
    let day: Int64
    let name: Int64
}

extension UsageBucket {
    fileprivate mutating func add(requests: Int, errors: Int, cost: Int64) {
        self.requests += requests
        self.errors += errors
        self.cost = self.cost + NanoDollars(cost)
    }
}
