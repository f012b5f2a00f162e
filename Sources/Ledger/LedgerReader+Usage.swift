import Accounting
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
    package internal(set) var name = ""
    /// The requests, and those of them that failed.
    package internal(set) var requests = 0
    package internal(set) var errors = 0
    /// The attempts, of which a request may take several.
    package internal(set) var attempts = 0
    /// The tokens that attempts were charged by.
    package internal(set) var tokens = Usage()
    /// What was charged.
    package internal(set) var cost = NanoDollars.zero
    /// What it costs by the price list, whoever pays.
    package internal(set) var listCost = NanoDollars.zero
    /// The attempts that nobody knows the price of.
    package internal(set) var unpriced = 0
}

extension UsageGroup {
    /// All groups together; beyond counting a sum is the largest number.
    package static func total(of groups: [UsageGroup], named name: String) -> UsageGroup {
        func sum(_ number: (UsageGroup) -> Int) -> Int {
            Int(clamping: groups.reduce(Int128(0)) { $0 + Int128(number($1)) })
        }
        return UsageGroup(
            name: name,
            requests: sum(\.requests),
            errors: sum(\.errors),
            attempts: sum(\.attempts),
            tokens: Usage(
                input: sum(\.tokens.input),
                output: sum(\.tokens.output),
                cacheRead: sum(\.tokens.cacheRead),
                cacheWrite: sum(\.tokens.cacheWrite),
                cacheWrite1h: sum { $0.tokens.cacheWrite1h ?? 0 },
                reasoning: sum(\.tokens.reasoning)
            ),
            cost: groups.reduce(.zero) { $0 + $1.cost },
            listCost: groups.reduce(.zero) { $0 + $1.listCost },
            unpriced: sum(\.unpriced)
        )
    }
}

extension Timestamp {
    /// The beginning of the hour that it is in: where sums that are asked for since then begin.
    package var startOfHour: Timestamp {
        Timestamp(milliseconds: wholes(of: .hour) * UsageStretch.hour.rawValue)
    }
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
            var sums = GroupSums()
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(grouping.expression), \(UsageColumns.sums.joined(separator: ", "))
                    FROM usage_hours WHERE hour >= ? AND (? IS NULL OR account = ?)
                    """,
                arguments: [first.wholes(of: .hour), owner, owner]
            )
            while let row = try rows.next() { sums.add(row) }
            return try sums.groups.map { number, sums in
                let name =
                    switch grouping {
                    case .day: CalendarDay(number: Int32(clamping: number)).description
                    case .key, .provider, .model: try NameTable.name(number, in: database) ?? ""
                    }
                return Self.group(name, sums)
            }
            .sorted(by: grouping.order)
        }
    }

    private static func group(_ name: String, _ sums: ArraySlice<Int64>) -> UsageGroup {
        func sum(_ name: String) -> Int64 {
            guard let index = UsageColumns.sums.firstIndex(of: name) else { return 0 }
            return sums[sums.startIndex + index]
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

/// Sums by group, added up here: SQLite would sort all rows by their group first, and give up where
/// 64 bits overflow.
private struct GroupSums {
    private static let width = UsageColumns.sums.count
    private var places: [Int64: Int] = [:]
    private var sums: [Int64] = []

    /// The number of each group, and its sums.
    var groups: [(number: Int64, sums: ArraySlice<Int64>)] {
        places.map { ($0.key, sums[$0.value..<$0.value + Self.width]) }
    }

    /// Adds a row: the number of its group, then what is summed up.
    mutating func add(_ row: Row) {
        let place = place(of: row[0])
        for index in 0..<Self.width {
            let (sum, overflow) = sums[place + index].addingReportingOverflow(row[index + 1])
            sums[place + index] = overflow ? .max : sum
        }
    }

    private mutating func place(of group: Int64) -> Int {
        if let place = places[group] { return place }
        let place = sums.count
        places[group] = place
        sums.append(contentsOf: repeatElement(0, count: Self.width))
        return place
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
