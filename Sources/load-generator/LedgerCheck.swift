import Accounting
import ArgumentParser
import Glibc
import JSON
import Ledger
import Model
import Platform
import Synchronization

/// The command `ledger-check`: what the ledger keeps up with, and what it costs who hands over.
struct LedgerCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds, settlements and usage events at a rate, and whether the ledger keeps up.",
        discussion: """
            Each request is a hold, and a while later a settlement with a usage event. The ledger is \
            made anew in the folder; what is told of it counts the settlements that it wrote.
            """
    )

    @Option(help: "The folder of the ledger.") var folder = "/tmp"
    @Option(help: "Settlements a second; 0 for as fast as it writes them.") var rate = 10_000
    @Option(help: "Seconds.") var duration = 5
    @Option(help: "Milliseconds from a hold to its settlement.") var lasting = 100
    @Option(help: "When a write counts as done: normal, full.") var sync = "normal"
    @Option(help: "How many keys the requests have.") var keys = 50
    @Option(help: "How many models they ask for.") var models = 20

    func validate() throws {
        guard rate >= 0, duration > 0, lasting >= 0, keys > 0, models > 0 else {
            throw ValidationError("--rate, --duration, --lasting, --keys and --models are counts")
        }
        guard LedgerSync(rawValue: sync) != nil else {
            throw ValidationError("--sync is normal or full")
        }
    }

    func run() throws {
        let path = "\(folder)/ledger-check-\(ThisProcess.id).sqlite"
        defer { for end in ["", "-wal", "-shm"] { unsafe unlink(path + end) } }
        var run = try Run(path, LedgerSync(rawValue: sync) ?? .normal, keys: keys, models: models)
        let report = run.report(rate: rate, seconds: duration, lasting: lasting)
        writeLine(report)
    }

    /// One run.
    private struct Run {
        private var traffic: LedgerTraffic
        private let ledger: LedgerThread
        private let written = Written()
        private var open: [(due: Int, hold: HoldID)] = []
        private var firstOpen = 0
        private var appending = 0
        private var settled = 0

        init(_ path: String, _ sync: LedgerSync, keys: Int, models: Int) throws {
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            let granted = try LedgerDatabase(path, sync: sync, instance: "check").grant(
                NanoDollars(.max / 4),
                .promotional,
                to: .standard,
                key: nil,
                at: now,
                expiringAt: Timestamp(milliseconds: now.milliseconds + 86_400_000)
            )
            guard case .made = granted else { fatalError("the grant was not made") }
            let contents = Mutex<LedgerContents?>(nil)
            ledger = try LedgerThread(path, sync: sync, instance: "check", isAlive: { _ in false })
            {
                if case .success(let found) = $0 { contents.withLock { $0 = found } }
            }
            traffic = LedgerTraffic(keys: keys, models: models)
            while contents.withLock({ $0 == nil }) { usleep(100) }
            if let contents = contents.withLock({ $0 }) { traffic.begin(from: contents) }
        }

        mutating func report(rate: Int, seconds: Int, lasting: Int) -> String {
            let start = monotonicNanoseconds()
            let end = start + seconds * 1_000_000_000
            var course: [Int] = []
            var begun = 0
            var now = start
            while now < end {
                let due = rate == 0 ? begun + 64 : (now - start) / 1000 * rate / 1_000_000
                while begun < due {
                    begin(dueAt: now + lasting * 1_000_000)
                    begun += 1
                }
                endDue(at: now)
                if rate == 0 { while ledger.waitingCount > 8192 { usleep(200) } }
                if (now - start) / 100_000_000 > course.count {
                    course.append(settled - written.count)
                }
                usleep(500)
                now = monotonicNanoseconds()
            }
            let inTime = written.count
            let stop = monotonicNanoseconds()
            endDue(at: .max)
            ledger.flushAndStop()
            let draining = (monotonicNanoseconds() - stop) / 1_000_000
            var writer = JSONWriter()
            writer.beginObject()
            func member(_ name: String, _ value: Int) {
                writer.key(name)
                writer.integer(value)
            }
            member("settlements_per_second", inTime / seconds)
            member("append_ns", appending / max(1, begun + settled))
            member("draining_ms", draining)
            member("lost", settled - written.count)
            writer.key("unwritten_settlements")
            writer.beginArray()
            for count in course { writer.integer(count) }
            writer.endArray()
            writer.endObject()
            return String(decoding: writer.bytes, as: UTF8.self)
        }

        private mutating func begin(dueAt due: Int) {
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            let (hold, records) = traffic.begin(at: now)
            append(records)
            open.append((due, hold))
        }

        private mutating func endDue(at now: Int) {
            while firstOpen < open.count, open[firstOpen].due <= now {
                let moment = Timestamp(milliseconds: WallClock.milliseconds())
                let records = traffic.end(open[firstOpen].hold, at: moment)
                append(records) { [written] in written.add() }
                settled += 1
                firstOpen += 1
            }
            if firstOpen > 100_000 {
                open.removeFirst(firstOpen)
                firstOpen = 0
            }
        }

        private mutating func append(
            _ records: [LedgerRecord],
            told: (@Sendable () -> Void)? = nil
        ) {
            let start = monotonicNanoseconds()
            ledger.append(records, told: told)
            appending += monotonicNanoseconds() - start
        }
    }

    /// How many settlements are written.
    private final class Written: Sendable {
        private let number = Atomic(0)

        var count: Int { number.load(ordering: .relaxed) }

        func add() { number.add(1, ordering: .relaxed) }
    }
}
