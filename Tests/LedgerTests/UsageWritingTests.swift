import Accounting
import GRDB
import Model
import Testing

@testable import Ledger

@Suite struct `Usage in the ledger` {
    @Test func `an attempt is a row, and what repeats is a number in it`() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.write([.usage(site.event("rq_1")), .usage(site.event("rq_2"))])
        #expect(try ledger.number("SELECT count(*) FROM usage_events") == 2)
        #expect(try ledger.number("SELECT count(DISTINCT model) FROM usage_events") == 1)
        #expect(try ledger.number("SELECT count(*) FROM names WHERE name = 'some-model'") == 1)
        #expect(try ledger.number("SELECT sum(cost_of_output) FROM usage_events") == 2 * 40_000)
        #expect(try ledger.number("SELECT sum(cost) FROM usage_events") == 2 * 145)
    }

    @Test func `sums are written with the events, or neither`() throws {
        let site = try Site()
        let ledger = try site.open()
        var retried = site.event("rq_1")
        retried.isFinal = false
        retried.isError = true
        var failed = site.event("rq_2")
        failed.isError = true
        failed.charge = nil
        failed.listCost = nil
        failed.reported = nil
        failed.isUnpriced = true
        try ledger.write([.usage(retried), .usage(failed)])
        try ledger.write([.usage(site.event("rq_3"))])
        site.pass(3600)
        #expect(throws: LedgerError.self) {
            let nobodys = LedgerEntry(Site.account, .released(HoldID(99)))
            try ledger.write(
                [.usage(site.event("rq_4")), .change(nobodys, at: site.moment)]
            )
        }
        try ledger.write([.usage(site.event("rq_5"))])
        let sums = try ledger.rows(
            """
            SELECT requests, attempts, errors, input, output, cost, list_cost, unpriced
            FROM usage_hours ORDER BY hour
            """
        )
        #expect(sums == [[2, 3, 1, 200, 80, 290, 400, 1], [1, 1, 0, 100, 40, 145, 200, 0]])
        #expect(try ledger.number("SELECT count(*) FROM usage_events") == 4)
        #expect(try ledger.rows("SELECT sum(list_cost) FROM usage_days GROUP BY holder") == [[600]])
    }

    @Test func `sums of whatever a provider reports stay numbers`() throws {
        let site = try Site()
        let ledger = try site.open()
        var event = site.event("rq_1")
        event.reported = Usage(input: .max, output: -5)
        event.listCost = NanoDollars(.max)
        try ledger.write([.usage(event), .usage(event)])
        try ledger.write([.usage(event)])
        let sums = try ledger.rows("SELECT input, output, list_cost FROM usage_hours")
        #expect(sums == [[.max, 0, .max]])
    }

    @Test(arguments: ["\u{0}", "a\u{0}b", String(repeating: "é", count: 5000), "\u{1F600}"])
    func `names are of any kind`(_ name: String) throws {
        let site = try Site()
        let ledger = try site.open()
        var event = site.event("rq_1")
        event.model = name
        try ledger.write([.usage(event)])
        try site.open("two").write([.usage(event)])
        #expect(try ledger.number("SELECT sum(attempts) FROM usage_hours") == 2)
        #expect(try ledger.number("SELECT count(*) FROM usage_hours") == 1)
    }

    @Test func `a file of version 1 becomes one of this version, and keeps its money`() throws {
        let site = try Site()
        try site.makeVersion1()
        let ledger = try site.open()
        #expect(try ledger.number("PRAGMA user_version") == Int64(LedgerSchema.version))
        let contents = try ledger.contents { _ in true }
        let balance = try #require(contents.balances[Site.account])
        #expect(balance.amount(at: site.moment) == NanoDollars(90))
        #expect(balance.openHolds == [HoldID(2)])
        #expect(contents.firstHold == 3)
        #expect(try ledger.audit().isClean)
        try ledger.write([.usage(site.event("rq_1"))])
        #expect(try site.open("two").number("SELECT count(*) FROM usage_events") == 1)
    }

    @Test func `a file of a later version is left alone`() throws {
        let site = try Site()
        try site.open().tamper("PRAGMA user_version = \(LedgerSchema.version + 1)")
        do throws(LedgerError) {
            _ = try LedgerDatabase(site.path, sync: .normal, instance: "one")
            Issue.record("it was opened")
        } catch {
            #expect(error.kind == .broken)
            #expect(error.description.contains("a newer program wrote it"))
        }
    }
}
