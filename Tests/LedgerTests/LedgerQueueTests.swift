import Accounting
import Model
import Testing

@testable import Ledger

@Suite struct `The ledger's queue` {
    private let site: Site
    private let limit = Limits.waitingUsageEvents

    init() throws { site = try Site() }

    private var event: LedgerRecord { .usage(site.event("rq_1")) }

    @Test func `drops events that nothing is charged by, once too many wait, and counts them`() {
        let queue = LedgerQueue()
        _ = queue.append(Array(repeating: event, count: limit - 1), nil)
        _ = queue.append([event], nil)
        #expect(queue.droppedCount == 0)
        _ = queue.append([event, event], nil)
        #expect(queue.count == limit)
        #expect(queue.droppedCount == 2)
    }

    @Test func `never drops a settlement, nor its event`() {
        let queue = LedgerQueue()
        _ = queue.append(Array(repeating: event, count: limit), nil)
        let end = LedgerRecord.change(
            LedgerEntry(Site.account, .released(HoldID(1))),
            at: site.moment
        )
        for _ in 0..<100 { _ = queue.append([end, event], nil) }
        _ = queue.append([.orphanCharge(HoldID(2), .zero)], nil)
        #expect(queue.count == limit + 201)
        #expect(queue.droppedCount == 0)
    }

    @Test func `what is being written counts until it is written`() {
        let queue = LedgerQueue()
        _ = queue.append(Array(repeating: event, count: limit), nil)
        #expect(queue.take().records.count == limit)
        _ = queue.append([event], nil)
        #expect(queue.droppedCount == 1)
        #expect(!queue.takenIsWritten())
        _ = queue.append([event], nil)
        #expect(queue.count == 1 && queue.droppedCount == 1)
    }

    @Test func `wakes the thread once`() {
        let queue = LedgerQueue()
        // It looks by itself when it starts.
        #expect(!queue.append([event], nil))
        _ = queue.take()
        #expect(!queue.append([event], nil))
        #expect(queue.takenIsWritten())
        _ = queue.take()
        #expect(!queue.takenIsWritten())
        #expect(queue.append([event], nil))
        #expect(!queue.append([event], nil))
    }

    @Test func `who waits for a dropped event is told all the same`() {
        let queue = LedgerQueue()
        _ = queue.append(Array(repeating: event, count: limit), nil)
        _ = queue.append([event], {})
        #expect(queue.droppedCount == 1)
        #expect(queue.take().tellings.count == 1)
    }
}
