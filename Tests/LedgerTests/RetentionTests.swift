import Accounting
import Ledger
import Model
import Testing

@Suite struct `Old usage` {
    private func event(_ site: Site, at second: Int64) -> LedgerRecord {
        var event = site.event("rq_\(second)")
        event.time = Timestamp(unixSecond: second)
        return .usage(event)
    }

    @Test func `is deleted in steps, the oldest first, and its sums stay`() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.write((0..<25).map { event(site, at: $0) })
        let first = Timestamp(unixSecond: 20)
        #expect(try ledger.deleteEvents(before: first, atMost: 10))
        #expect(try ledger.number("SELECT min(time) FROM usage_events") == 10_000)
        #expect(try ledger.deleteEvents(before: first, atMost: 10))
        #expect(try !ledger.deleteEvents(before: first, atMost: 10))
        #expect(try ledger.number("SELECT count(*) FROM usage_events") == 5)
        #expect(try ledger.number("SELECT sum(attempts) FROM usage_hours") == 25)
    }

    @Test func `money that is older stays`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        let (hold, records) = try site.hold(10)
        try ledger.write(records + site.settle(hold, for: 7) + [.usage(site.event("rq_1"))])
        try ledger.seal(at: site.moment)
        _ = try ledger.deleteEvents(before: Timestamp(milliseconds: .max), atMost: 100)
        #expect(try ledger.number("SELECT count(*) FROM usage_events") == 0)
        #expect(try ledger.audit(full: true).isClean)
        #expect(try ledger.audit(full: true).settled.rawValue == 7)
    }

    @Test func `numbers of events are not used again`() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.write([event(site, at: 1), event(site, at: 2)])
        _ = try ledger.deleteEvents(before: Timestamp(unixSecond: 100), atMost: 100)
        try ledger.write([event(site, at: 200)])
        #expect(try ledger.number("SELECT id FROM usage_events") == 3)
    }
}
