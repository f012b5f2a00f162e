import Accounting
import Ledger
import Model
import Platform
import Synchronization
import Testing

@Suite struct `The ledger's thread` {
    private func thread(
        _ site: Site,
        _ found: @escaping @Sendable (Result<LedgerContents, LedgerError>) -> Void = { _ in }
    ) throws -> LedgerThread {
        try LedgerThread(
            site.path,
            sync: .normal,
            instance: "one",
            isAlive: { _ in false },
            contents: found
        )
    }

    @Test func `writes in groups, in order, and tells when it has`() throws {
        let site = try Site()
        try site.give(1_000_000, in: try site.open())
        let thread = try thread(site)
        let told = Told()
        for number in 0..<2000 {
            let (hold, records) = try site.hold(10)
            thread.append(records)
            thread.append(site.settle(hold, for: 7)) { told.add(number) }
        }
        thread.flushAndStop()
        #expect(told.numbers == Array(0..<2000))
        let audit = try site.open().audit()
        #expect(audit.isClean && audit.settled.rawValue == 14_000)
    }

    @Test func `begins with what the file holds`() throws {
        let site = try Site()
        let ledger = try site.open("zero")
        try site.give(100, in: ledger)
        try ledger.write(try site.hold(40).records)
        let orphans = Told()
        let thread = try thread(site) { result in
            if case .success(let contents) = result { orphans.add(contents.orphans.count) }
        }
        thread.flushAndStop()
        #expect(orphans.numbers == [1])
    }

    @Test(arguments: [true, false])
    func `waits while the file is locked, and loses nothing`(_ isOpen: Bool) throws {
        let site = try Site()
        let other = try site.open("other")
        try site.give(100, in: other)
        let (hold, records) = try site.hold(10)
        let told = Told()
        let thread = try thread(site)
        if isOpen {
            thread.append([]) { told.add(0) }
            try waitUntil { told.numbers == [0] }
        }
        try other.whileLocked {
            thread.append(records) { told.add(1) }
            try waitUntil { thread.problem != nil }
            thread.append(site.settle(hold, for: 3)) { told.add(2) }
            #expect(thread.problem?.kind == .outOfReach)
            #expect(told.numbers == (isOpen ? [0] : []))
        }
        try waitUntil { told.numbers.suffix(2) == [1, 2] }
        #expect(thread.problem == nil)
        thread.flushAndStop()
        #expect(try other.audit().settled.rawValue == 3)
    }

    @Test func `ends within a bound while the file is out of reach, and says what is lost`() throws
    {
        let site = try Site()
        let other = try site.open("other")
        try site.give(100, in: other)
        let (hold, records) = try site.hold(10)
        let thread = try thread(site)
        let told = Told()
        thread.append(records) { told.add(0) }
        try waitUntil { told.numbers == [0] }
        try other.whileLocked {
            thread.append(site.settle(hold, for: 3) + [.usage(site.event("rq_1"))]) { told.add(1) }
            let loss = thread.flushAndStop(within: .milliseconds(300))
            #expect(loss?.settlementCount == 1)
            #expect(loss?.usageCount == 1)
            #expect(loss?.reason?.kind == .outOfReach)
        }
        #expect(told.numbers == [0])
        let contents = try other.contents { _ in false }
        #expect(contents.orphans.map(\.hold) == [hold])
    }

    @Test func `waits for a file that comes back while it ends`() throws {
        let site = try Site()
        let other = try site.open("other")
        try site.give(100, in: other)
        let (hold, records) = try site.hold(10)
        let thread = try thread(site)
        let ended = Told()
        let stopper = Mutex<Platform.Thread?>(nil)
        try other.whileLocked {
            thread.append(records + site.settle(hold, for: 3))
            var started: Platform.Thread? = try Platform.Thread("stopper") {
                if thread.flushAndStop(within: .seconds(20)) == nil { ended.add(1) }
            }
            stopper.withLock { $0 = started.take() }
            try waitUntil { thread.problem != nil }
        }
        if let thread = stopper.withLock({ $0.take() }) { thread.join() }
        #expect(ended.numbers == [1])
        #expect(try other.audit().settled.rawValue == 3)
    }

    @Test func `seals the books when it ends`() throws {
        let site = try Site()
        try site.give(1000, in: try site.open())
        let thread = try thread(site)
        let (hold, records) = try site.hold(10)
        thread.append(records + site.settle(hold, for: 3) + [.usage(site.event("rq_1"))])
        #expect(thread.flushAndStop() == nil)
        let audit = try site.open().audit()
        #expect(audit.isClean && audit.checkpointCount == 1 && audit.spendingCount == 0)
    }

    @Test func `tells of a file that can't be opened`() throws {
        let site = try Site()
        try site.put(Array(repeating: 7, count: 5000))
        let found = Told()
        let thread = try thread(site) { result in
            if case .failure(let error) = result, error.kind == .broken { found.add(1) }
        }
        thread.flushAndStop()
        #expect(found.numbers == [1])
    }
}
