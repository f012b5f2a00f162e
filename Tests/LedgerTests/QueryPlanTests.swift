import GRDB
import Model
import Testing

@testable import Ledger

/// What a ledger is asked takes as long with ten million events as with ten: all of it is found by
/// an index, in the order that is wanted.
@Suite struct `The plan of a question` {
    private final class Heard { var statements: [String] = [] }

    /// What SQLite says of the ways in which it looks for what is asked.
    private func plan(_ ask: (LedgerReader) throws -> Void) throws -> [String] {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        let (hold, records) = try site.hold(10)
        try ledger.write(records + site.settle(hold, for: 12))
        try ledger.write([.usage(site.event("rq_0123456789abcdef"))])
        let reader = try #require(try LedgerReader.open(site.path))
        let heard = Heard()
        try reader.read { database in
            database.trace { event in heard.statements.append(event.expandedDescription) }
        }
        try ask(reader)
        let asked = heard.statements.filter { $0.hasPrefix("SELECT") }
        #expect(!asked.isEmpty)
        return try reader.read { database in
            database.trace(options: [])
            return try asked.flatMap { statement in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + statement)
                    .map { $0["detail"] as String }
            }
        }
    }

    private func query(_ change: (inout UsageQuery) -> Void) -> UsageQuery {
        var query = UsageQuery()
        query.last = StoredUsageEvent.Cursor(text: "zzzzzz-zz")
        change(&query)
        return query
    }

    private func expectIndexes(_ plan: [String]) {
        let slow = plan.filter { step in
            step.hasPrefix("SCAN usage_") || step.hasPrefix("SCAN names")
                || step.contains("TEMP B-TREE FOR ORDER BY") || step.hasPrefix("SCAN spending")
        }
        // What walks an index in its order and stops at the page's end is no scan of the table.
        .filter { !$0.contains("USING INDEX") && !$0.contains("USING COVERING INDEX") }
        #expect(slow == [])
    }

    @Test func `finds events by index`() throws {
        for query in [
            query { _ in },
            query { $0.account = Site.account },
            query { $0.accessKey = AccessKeyID("k") },
            query {
                $0.accessKey = AccessKeyID("k")
                $0.account = Site.account
            },
            query { $0.requestID = "rq_0123456789abcdef" },
        ] {
            expectIndexes(try plan { _ = try $0.events(query) })
        }
    }

    @Test(arguments: UsageBucket.Grouping.allCases, [nil, Site.account])
    func `finds days by index`(_ grouping: UsageBucket.Grouping, _ account: AccountID?) throws {
        let plan = try plan { reader in
            _ = try reader.overview(
                from: Timestamp(unixSecond: 0),
                to: Timestamp(unixSecond: 2_000_000_000),
                by: grouping,
                of: account
            )
        }
        expectIndexes(plan)
    }

    @Test(arguments: [nil, Site.account])
    func `finds the lines of an account by index`(_ account: AccountID?) throws {
        let plan = try plan { _ = try $0.transactions(of: account, limit: 10) }
        #expect(plan.contains { $0.contains("grants USING INDEX grants_") })
        let days = account == nil ? "spending_days_by_day" : "PRIMARY KEY"
        #expect(plan.contains { $0.contains("SEARCH spending_days") && $0.contains(days) })
    }
}

@Suite struct `A cursor` {
    @Test(arguments: [
        "", "-", "1", "1-", "-1", "1--1", "1-1-1", "zzzzzzzzzzzzzzzz-1", "1 -1", "1-é",
        "1-1\n",
    ])
    func `that nobody gave out stands for nothing`(text: String) {
        #expect(StoredUsageEvent.Cursor(text: text) == nil)
    }

    @Test(arguments: ["", "1", "1-f", "1-ff", "-1-", "1-zz", "1-0x"])
    func `of a line that nobody gave out stands for nothing`(text: String) {
        #expect(Transaction.Cursor(text: text) == nil)
    }

    @Test func `is read as it was written`() throws {
        let place = StoredUsageEvent.Cursor(text: "kf12oi-2s")
        #expect(place?.text == "kf12oi-2s")
        let line = Transaction.Cursor(text: "kf12oi-6772616e743a31")
        #expect(line?.text == "kf12oi-6772616e743a31")
    }
}
