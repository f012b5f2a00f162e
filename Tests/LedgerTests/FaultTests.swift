import Accounting
import GRDB
import Glibc
import Model
import Platform
import Synchronization
import Testing

@testable import Ledger

@Suite struct `A ledger out of reach` {
    private static func thread(
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

    /// No file may grow beyond a size, as on a disk that is full, until it may.
    @Test func `a full disk is waited for, and nothing is lost`() async throws {
        await #expect(processExitsWith: .success) {
            let site = try Site()
            try site.give(1_000_000, in: try site.open())
            signal(SIGXFSZ, SIG_IGN)
            let thread = try `A ledger out of reach`.thread(site)
            let told = Told()
            thread.append([]) { told.add(-1) }
            try waitUntil { told.numbers == [-1] }
            `A ledger out of reach`.limitFiles(to: 300_000)
            var number = 0
            while thread.problem == nil {
                let (hold, records) = try site.hold(10)
                let event = LedgerRecord.usage(site.event("rq_\(number)"))
                let place = number
                thread.append(records + site.settle(hold, for: 7) + [event]) { told.add(place) }
                number += 1
                usleep(200)
            }
            precondition(thread.problem?.kind == .outOfReach)
            let before = told.numbers.count
            precondition(before < number + 1)
            `A ledger out of reach`.limitFiles(to: .max)
            try waitUntil { told.numbers.count == number + 1 }
            precondition(thread.problem == nil)
            precondition(thread.flushAndStop() == nil)
            let ledger = try site.open()
            let audit = try ledger.audit(full: true)
            precondition(audit.isClean && audit.settled.rawValue == Int64(number) * 7)
            let events = try ledger.number("SELECT count(*) FROM usage_events")
            precondition(events == Int64(number))
        }
    }

    private static func limitFiles(to size: rlim_t) {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        precondition(unsafe getrlimit(kind, &limit) == 0)
        limit.rlim_cur = min(size, limit.rlim_max)
        precondition(unsafe setrlimit(kind, &limit) == 0)
    }

    /// Root may write whatever the mode says: the process becomes somebody else.
    @Test(arguments: [0o555, 0o500])
    func `a directory and a file that can't be written are waited for`(_ mode: UInt32) async throws
    {
        await #expect(processExitsWith: .success) { [mode = mode as UInt32] in
            let site = try Site()
            try site.give(1000, in: try site.open())
            if geteuid() == 0 {
                for path in [site.path, site.folder] {
                    precondition(unsafe chown(path, 65_534, 65_534) == 0)
                }
                precondition(setgid(65_534) == 0 && setuid(65_534) == 0)
            }
            precondition(unsafe chmod(site.path, mode & 0o444) == 0)
            precondition(unsafe chmod(site.folder, mode) == 0)
            let thread = try `A ledger out of reach`.thread(site)
            try waitUntil { thread.problem != nil }
            precondition(thread.problem?.kind == .outOfReach)
            let (hold, records) = try site.hold(10)
            let told = Told()
            thread.append(records + site.settle(hold, for: 7)) { told.add(1) }
            precondition(unsafe chmod(site.folder, 0o700) == 0)
            precondition(unsafe chmod(site.path, 0o600) == 0)
            try waitUntil { told.numbers == [1] }
            precondition(thread.problem == nil)
            precondition(thread.flushAndStop() == nil)
            let audit = try site.open().audit(full: true)
            precondition(audit.isClean && audit.settled.rawValue == 7)
        }
    }

    @Test func `a directory that is not there yet is waited for`() throws {
        let site = try Site()
        let found = Told()
        #expect(unsafe rmdir(site.folder) == 0)
        let thread = try Self.thread(site) { result in
            if case .success = result { found.add(1) }
        }
        try waitUntil { thread.problem != nil }
        #expect(thread.problem?.kind == .outOfReach)
        #expect(found.numbers == [])
        #expect(unsafe mkdir(site.folder, 0o700) == 0)
        try waitUntil { found.numbers == [1] }
        #expect(thread.flushAndStop() == nil)
        #expect(thread.problem == nil)
    }

    /// Another program has the whole file for itself.
    @Test func `a lock of another process is waited for`() async throws {
        let site = try Site()
        try site.give(1000, in: try site.open())
        try site.makeNotes()
        let thread = try Self.thread(site)
        let told = Told()
        let (hold, records) = try site.hold(10)
        thread.append(records) { told.add(0) }
        try waitUntil { told.numbers == [0] }
        let settlement = site.settle(hold, for: 7)
        let notes = site.notesPath
        let folder = site.folder
        let wasSeen = Mutex(false)
        var watcher: Platform.Thread? = try Platform.Thread("watcher") {
            let site = Site(in: folder)
            let isDone = Result {
                try waitUntil { (try? site.notes()) == [1] }
                thread.append(settlement) { told.add(1) }
                try waitUntil { thread.problem?.kind == .outOfReach }
                try Notes(notes).add(2)
            }
            if case .success = isDone { wasSeen.withLock { $0 = told.numbers == [0] } }
        }
        await #expect(processExitsWith: .success) { [folder = folder as String] in
            let site = Site(in: folder)
            try site.open("other").whileExclusive {
                try Notes(site.notesPath).add(1)
                try waitUntil { (try? site.notes()) == [1, 2] }
            }
        }
        if let watcher = watcher.take() { watcher.join() }
        #expect(wasSeen.withLock { $0 })
        try waitUntil { told.numbers == [0, 1] }
        #expect(thread.flushAndStop() == nil)
        #expect(try site.open().audit(full: true).settled.rawValue == 7)
    }

    /// The ledger opens, or it does not: either way it is said, and the file is left as it is.
    @Test(arguments: ["grants", "spendings", "holds", "usage_events", "usage_hours"])
    func `a broken page is reported, and nothing is written over it`(_ table: String) throws {
        let site = try Site()
        do {
            let ledger = try site.open()
            try site.give(1000, in: ledger)
            let (hold, records) = try site.hold(10)
            let (_, open) = try site.hold(10)
            try ledger.write(records + open + site.settle(hold, for: 7))
            try ledger.write([.usage(site.event("rq_1"))])
        }
        try site.breakPage(of: table)
        let thread = try Self.thread(site)
        thread.append([.usage(site.event("rq_2"))] + (try site.hold(10).records))
        try waitUntil { thread.problem != nil }
        #expect(thread.problem?.kind == .broken)
        let loss = thread.flushAndStop(within: .milliseconds(300))
        #expect(loss?.usageCount == 1)
        try site.breakPage(of: table)
        let ledger = try site.open()
        let audit = try ledger.audit(full: true)
        #expect(audit.isClean && audit.settled.rawValue == 7)
        #expect(try ledger.number("SELECT count(*) FROM usage_events") == 1)
    }
}
