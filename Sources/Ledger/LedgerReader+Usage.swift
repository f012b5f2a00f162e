import GRDB
package import Model

/// What sums of usage are grouped by.
package enum UsageGrouping: String, CaseIterable, Sendable {
    case key, provider, model, day

    /// The column, or the days of the hours.
    fileprivate var expression: String {
        switch self {
        case .key: "access_key"
        case .provider: "provider"
        case .model: "model"
        case .day: "hour / 24"
        }
    }
}

/// The sums of one group.
package struct UsageGroup: Equatable, Sendable {
    /// The key's id, the provider's, the model's name, or the day.
    package let name: String
    /// The requests, and those of them that failed.
    package let requests: Int
    package let errors: Int
    /// The attempts, of which a request may take several.
    package let attempts: Int
    /// The tokens that attempts were charged by.
    package let tokens: Usage
    /// What was charged.
    package let cost: NanoDollars
    /// What it costs by the price list, whoever pays.
    package let listCost: NanoDollars
    /// The attempts that nobody knows the price of.
    package let unpriced: Int
}

extension LedgerReader {
    /// The usage of whole hours, from the one that a moment is in up to now; those that cost most in
    /// front, days in their order from the last.
    package func usage(
        since first: Timestamp,
        by grouping: UsageGrouping,
        of account: AccountID? = nil
    ) throws(LedgerError) -> [UsageGroup] {
        try read { database in
            let owner = try account.map { try NameTable.lookUp($0.rawValue, in: database) ?? 0 }
            let group = grouping.expression
            let rows = try Row.fetchAll(
                database,
                sql: """
                    WITH sums AS (
                        SELECT \(group) AS grp, \(ExactSum.columns(UsageColumns.sums))
                        FROM usage_hours WHERE hour >= ? AND (? IS NULL OR account = ?)
                        GROUP BY grp
                    )
                    SELECT coalesce(name, ''), sums.* FROM sums LEFT JOIN names ON names.id = grp
                    """,
                arguments: [first.wholes(of: .hour), owner, owner]
            )
            return rows.map { Self.group($0, grouping) }.sorted(by: grouping.order)
        }
    }

    private static func group(_ row: Row, _ grouping: UsageGrouping) -> UsageGroup {
        func sum(_ name: String) -> Int64 {
            guard let index = UsageColumns.sums.firstIndex(of: name) else { return 0 }
            return ExactSum.value(index, of: row, from: 2)
        }
        let name: String =
            switch grouping {
            case .day: CalendarDay(number: Int32(clamping: row[1] as Int64)).description
            case .key, .provider, .model: row[0]
            }
        return UsageGroup(
            name: name,
            requests: Int(sum("requests")),
            errors: Int(sum("errors")),
            attempts: Int(sum("attempts")),
            tokens: Usage(
                input: Int(sum("input")),
                output: Int(sum("output")),
                cacheRead: Int(sum("cache_read")),
                cacheWrite: Int(sum("cache_write")),
                cacheWrite1h: Int(sum("cache_write_1h")),
                reasoning: Int(sum("reasoning"))
            ),
            cost: NanoDollars(sum("cost")),
            listCost: NanoDollars(sum("list_cost")),
            unpriced: Int(sum("unpriced"))
        )
    }
}

extension UsageGrouping {
    fileprivate func order(_ left: UsageGroup, _ right: UsageGroup) -> Bool {
        switch self {
        case .day: left.name > right.name
        case .key, .provider, .model:
            (right.cost, right.listCost, right.requests, left.name)
                < (left.cost, left.listCost, left.requests, right.name)
        }
    }
}
