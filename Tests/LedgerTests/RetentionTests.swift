import Accounting
import Ledger
import Model
import Platform
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

    @Test func `is deleted while nothing waits, as soon as it is no longer kept`() throws {
        let site = try Site()
        let writer = try site.open()
        let now = WallClock.milliseconds() / 1000
        try writer.write((0..<1200).map { event(site, at: now - 2000 + $0) })
        let thread = try LedgerThread(
            site.path,
            sync: .normal,
            instance: "one",
            retention: .seconds(1_000_000),
            pause: .milliseconds(5),
            isAlive: { _ in false },
            contents: { _ in }
        )
        let reader = try #require(try LedgerReader.open(site.path))
        var all = UsageQuery()
        all.limit = 10_000
        #expect(try reader.events(all).count == 1200)
        thread.keepEvents(for: .seconds(1500))
        try waitUntil { (try? reader.events(all).count) ?? 0 < 705 }
        thread.keepEvents(for: .zero)
        try waitUntil { (try? reader.events(all).count) == 0 }
        #expect(thread.flushAndStop() == nil)
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
