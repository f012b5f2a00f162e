import Accounting
import Glibc
import Ledger
import Model
import Platform
import Testing

@Suite struct `A ledger whose worker is killed` {
    /// The process is killed in the very moment in which it learns that a settlement is written.
    @Test(arguments: [0, 1, 17, 300])
    func `what it told of survives the end of the process`(_ last: Int) async throws {
        let site = try Site()
        try site.give(1_000_000, in: try site.open())
        let folder = site.folder
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, last = last as Int] in
            let site = Site(in: folder)
            site.begin(from: try site.open().contents { _ in true })
            let thread = try LedgerThread(
                site.path,
                sync: .normal,
                instance: "killed",
                isAlive: { _ in true },
                contents: { _ in }
            )
            for number in 0..<5000 {
                let (hold, records) = try site.hold(10)
                thread.append(records)
                let event = LedgerRecord.usage(site.event("rq_\(number)"))
                thread.append(site.settle(hold, for: 7) + [event]) {
                    if number == last { raise(SIGKILL) }
                }
            }
            thread.flushAndStop()
        }
        let ledger = try site.open("next")
        let contents = try ledger.contents { $0 == "next" }
        site.begin(from: contents)
        let before = try ledger.audit()
        #expect(before.isClean)
        #expect(before.settled.rawValue >= Int64(last + 1) * 7)
        #expect(before.settled.rawValue % 7 == 0)
        try expectAnEventForEachSettlement(ledger, told: last)
        for orphan in contents.orphans {
            try ledger.write(site.settle(orphan.hold, for: orphan.charge.rawValue))
        }
        #expect(try ledger.contents { _ in false }.orphans == [])
        #expect(try ledger.audit().isClean)
    }

    /// The same at a random instant, with what was told in a file: the kernel keeps that.
    @Test(arguments: 0..<8, LedgerSync.allCases)
    func `loses nothing that was told, at whatever instant`(
        _ seed: Int,
        _ sync: LedgerSync
    ) async throws {
        let site = try Site()
        try site.give(1_000_000, in: try site.open())
        try site.makeNotes()
        let folder = site.folder
        let isFull = sync == .full
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, seed = seed as Int, isFull = isFull as Bool] in
            var random = SeededRandom(UInt64(seed))
            let life = Duration.microseconds(Int.random(in: 100...60_000, using: &random))
            let site = Site(in: folder)
            site.begin(from: try site.open().contents { _ in true })
            let thread = try LedgerThread(
                site.path,
                sync: isFull ? .full : .normal,
                instance: "killed",
                isAlive: { _ in true },
                contents: { _ in }
            )
            let notes = try Notes(site.notesPath)
            let killer = try Platform.Thread("killer") {
                let end = ContinuousClock.now + life
                while .now < end { sched_yield() }
                raise(SIGKILL)
            }
            for number in 0..<50_000 {
                let (hold, records) = try site.hold(10)
                thread.append(records)
                if Bool.random(using: &random) { sched_yield() }
                let event = LedgerRecord.usage(site.event("rq_\(number)"))
                thread.append(site.settle(hold, for: 7) + [event]) { notes.add(number) }
            }
            killer.join()
        }
        let told = try site.notes().last ?? -1
        let ledger = try site.open("next")
        let contents = try ledger.contents { $0 == "next" }
        site.begin(from: contents)
        #expect(try ledger.audit(full: true).isClean)
        try expectAnEventForEachSettlement(ledger, told: told)
        for orphan in contents.orphans {
            try ledger.write(site.settle(orphan.hold, for: orphan.charge.rawValue))
        }
        #expect(try ledger.contents { _ in false }.orphans == [])
        #expect(try ledger.audit(full: true).isClean)
    }

    /// A power cut: the end of the log never reached the disk.
    @Test(arguments: 0..<6, LedgerSync.allCases)
    func `keeps what was written before the end of its log was lost`(
        _ seed: Int,
        _ sync: LedgerSync
    ) async throws {
        let site = try Site()
        try site.give(1_000_000, in: try site.open())
        try site.makeNotes()
        let folder = site.folder
        let isFull = sync == .full
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, isFull = isFull as Bool] in
            let site = Site(in: folder)
            site.begin(from: try site.open().contents { _ in true })
            let thread = try LedgerThread(
                site.path,
                sync: isFull ? .full : .normal,
                instance: "killed",
                isAlive: { _ in true },
                contents: { _ in }
            )
            let notes = try Notes(site.notesPath)
            let told = Told()
            // Few enough that the log is not begun anew.
            for number in 0..<12 {
                let (hold, records) = try site.hold(10)
                let event = LedgerRecord.usage(site.event("rq_\(number)"))
                thread.append(records + site.settle(hold, for: 7) + [event]) { told.add(number) }
                try waitUntil { told.numbers.last == number }
                notes.add(try FileStatus.of(site.logPath)?.byteCount ?? 0)
            }
            raise(SIGKILL)
        }
        var random = SeededRandom(UInt64(seed))
        let ends = try site.notes()
        #expect(ends.count == 12 && ends == ends.sorted())
        let size = Int.random(in: ends[0]...ends[11], using: &random)
        #expect(unsafe truncate(site.logPath, size) == 0)
        let kept = ends.count { $0 <= size }
        let ledger = try site.open("next")
        #expect(try ledger.audit(full: true).isClean)
        #expect(try ledger.audit().settled.rawValue == Int64(kept) * 7)
        try expectAnEventForEachSettlement(ledger, told: kept - 1)
    }

    private func expectAnEventForEachSettlement(
        _ ledger: LedgerDatabase,
        told last: Int
    ) throws {
        let settlements = try ledger.number(
            "SELECT count(DISTINCT hold) FROM spendings WHERE kind = 'settlement'"
        )
        let events = try ledger.rows(
            "SELECT count(*), count(DISTINCT request), coalesce(max(id), 0) FROM usage_events"
        )
        #expect(events.first?.prefix(2) == [settlements ?? -1, settlements ?? -1])
        let told = try ledger.number(
            """
            SELECT count(*) FROM usage_events
            WHERE CAST(substr(request, 4) AS INTEGER) BETWEEN 0 AND \(last)
            """
        )
        #expect(told == Int64(last + 1))
        #expect(
            try ledger.number("SELECT coalesce(sum(attempts), 0) FROM usage_hours") == settlements
        )
    }
}
