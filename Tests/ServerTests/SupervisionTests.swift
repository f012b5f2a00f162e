import Platform
import Testing

@testable import Server

/// Runs a supervision step by step and keeps what it wants done.
struct Bench {
    var supervision: Supervision
    var seconds = 0.0
    private let start = ContinuousClock.now
    var done: [SupervisorAction] = []

    init() {
        var limits = SupervisionLimits()
        limits.drainingWorkers = 2
        supervision = Supervision(limits)
        done = supervision.begin()
    }

    var now: Moment {
        Moment(instant: start + .seconds(seconds), unixSecond: 1000 + Int(seconds))
    }

    /// What was wanted since the last call.
    @discardableResult mutating func taken() -> [SupervisorAction] {
        defer { done = [] }
        return done
    }

    mutating func started(_ id: Int32) { done += supervision.started(id, at: now) }

    mutating func says(_ id: Int32, _ report: WorkerReport) {
        done += supervision.heard(report, from: id, at: now)
    }

    mutating func ends(_ id: Int32, _ ending: String = "signal 9", isClean: Bool = false) {
        done += supervision.ended(id, ending, isClean: isClean, at: now)
    }

    mutating func gets(_ signal: Signal) { done += supervision.received(signal, at: now) }

    mutating func passes(_ more: Double) {
        seconds += more
        done += supervision.timePassed(at: now)
    }

    /// A worker that serves alone.
    mutating func serves(_ id: Int32) {
        started(id)
        says(id, .prepared(problem: nil))
        says(id, .opened)
        done = []
    }

    /// A successor that has taken over and is being proved.
    mutating func proves(_ id: Int32, after old: Int32) {
        gets(.usr2)
        started(id)
        says(id, .prepared(problem: nil))
        says(old, .released)
        says(id, .opened)
    }

    /// A whole hand-over.
    mutating func handsOver(to id: Int32, from old: Int32) {
        proves(id, after: old)
        passes(1)
        done = []
    }

    func phase(_ id: Int32) -> Supervision.Phase? { supervision.workers[id]?.phase }
}

private func refused(_ reason: String, at unixSecond: Int = 1000) -> WorkerOrder {
    .handover(HandoverResult(reason: reason, unixSecond: unixSecond))
}

@Suite struct SupervisionTests {
    @Test func `the first worker serves when it has opened what is its own`() {
        var bench = Bench()
        #expect(bench.taken() == [.start])
        bench.started(1)
        bench.says(1, .prepared(problem: nil))
        #expect(bench.taken() == [.say(.own(isShared: false), to: 1)])
        bench.says(1, .opened)
        #expect(bench.taken() == [])
        #expect(bench.phase(1) == .serving)
        #expect(bench.supervision.owner == .held(1))
    }

    @Test func `a first worker with a store that can't be read serves all the same`() {
        var bench = Bench()
        bench.started(1)
        bench.says(1, .prepared(problem: "store.jsonl:1: not JSON"))
        #expect(bench.done.last == .say(.own(isShared: false), to: 1))
    }

    @Test func `a first worker may take its time`() {
        var bench = Bench()
        bench.started(1)
        bench.taken()
        bench.passes(1000)
        #expect(bench.taken() == [])
    }

    @Test func `a hand-over goes release, own, a second of proof, drain`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        #expect(bench.taken() == [.log(.handoverBegun), .start])
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        #expect(bench.taken() == [.say(.release, to: 1)])
        bench.says(1, .released)
        #expect(bench.taken() == [.say(.own(isShared: true), to: 2)])
        bench.says(2, .opened)
        #expect(bench.taken() == [.say(.yieldControl, to: 1)])
        #expect((bench.phase(1), bench.phase(2)) == (.serving, .proving))
        bench.passes(0.5)
        #expect(bench.taken() == [])
        bench.passes(0.5)
        let result = HandoverResult(reason: nil, unixSecond: 1001)
        #expect(
            bench.taken() == [
                .say(.drain, to: 1), .log(.handedOver(from: 1, to: 2)),
                .say(.handover(result), to: 2),
            ]
        )
        #expect((bench.phase(1), bench.phase(2)) == (.draining, .serving))
        bench.says(1, .draining(milliseconds: 60_000))
        bench.ends(1, "exit code 0", isClean: true)
        #expect(bench.taken() == [.log(.drained(1, "exit code 0", isClean: true))])
        #expect(bench.supervision.nextDeadline == nil)
    }

    /// How a successor fails, what becomes of it, and what the operator is told.
    enum Failure: CaseIterable {
        case noProgram, crash, refusesConfiguration, badStore, neverReady, neverOpens, diesProving
    }

    @Test(arguments: Failure.allCases)
    func `whatever happens to the successor, the old worker goes on`(failure: Failure) {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.taken()
        let reason: String
        switch failure {
        case .noProgram:
            reason = "posix_spawn: No such file"
            bench.done += bench.supervision.startFailed(reason, at: bench.now)
        case .crash:
            reason = "signal 9 before it served"
            bench.started(2)
            bench.ends(2)
        case .refusesConfiguration:
            reason = "gateway.yaml:3:1: unknown key"
            bench.started(2)
            bench.says(2, .failed(reason))
            bench.ends(2, "exit code 1")
        case .badStore:
            reason = "store.jsonl:1: not JSON"
            bench.started(2)
            bench.says(2, .prepared(problem: reason))
        case .neverReady:
            reason = "not ready after 30.0 seconds"
            bench.started(2)
            bench.passes(30)
        case .neverOpens:
            reason = "not ready after 30.0 seconds"
            bench.started(2)
            bench.says(2, .prepared(problem: nil))
            bench.says(1, .released)
            bench.taken()
            bench.passes(30)
        case .diesProving:
            reason = "signal 9 just after it began to serve"
            bench.proves(2, after: 1)
            bench.ends(2)
        }
        #expect(bench.done.contains(.log(.handoverRefused(reason))))
        #expect(bench.supervision.lastHandover?.reason == reason)
        if bench.phase(2) != nil {
            #expect(bench.done.contains(.kill(2)))
            bench.taken()
            bench.ends(2)
            #expect(!bench.done.contains { if case .log = $0 { true } else { false } })
        }
        // It owns again what is its own, and nobody told it to drain.
        if bench.supervision.owner == .opening(1) {
            #expect(bench.done.contains(.say(.own(isShared: false), to: 1)))
            bench.says(1, .opened)
        }
        #expect(bench.supervision.owner == .held(1))
        #expect(bench.phase(1) == .serving)
        #expect(!bench.done.contains(.say(.drain, to: 1)))
        #expect(bench.supervision.workers.count == 1)
        bench.taken()
        bench.gets(.usr2)
        #expect(bench.taken() == [.log(.handoverBegun), .start])
    }

    @Test func `a worker that lets go after its successor died takes all back`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.ends(2)
        bench.taken()
        #expect(bench.supervision.owner == .releasing(1))
        bench.says(1, .released)
        #expect(bench.done.last == .say(.own(isShared: false), to: 1))
    }

    @Test func `a second SIGUSR2 during a hand-over changes nothing`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.taken()
        bench.gets(.usr2)
        let declined = SupervisorEvent.handoverDeclined("another worker is being started already")
        #expect(bench.taken() == [.log(declined)])
        bench.says(2, .prepared(problem: nil))
        bench.says(1, .released)
        bench.says(2, .opened)
        bench.taken()
        bench.gets(.usr2)
        #expect(bench.taken() == [.log(declined)])
    }

    @Test func `SIGUSR2 while the first worker starts is kept until it serves`() {
        var bench = Bench()
        bench.started(1)
        bench.taken()
        bench.gets(.usr2)
        bench.gets(.usr2)
        bench.says(1, .prepared(problem: nil))
        #expect(!bench.done.contains(.start))
        bench.says(1, .opened)
        #expect(Array(bench.done.suffix(2)) == [.log(.handoverBegun), .start])
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.says(1, .released)
        bench.says(2, .opened)
        bench.passes(1)
        #expect(bench.phase(2) == .serving)
        #expect(bench.done.filter { $0 == .start }.count == 1)
    }

    @Test func `so many workers drain at once and no more`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.handsOver(to: 3, from: 2)
        bench.gets(.usr2)
        let reason = "2 workers are draining still"
        #expect(
            bench.taken() == [
                .log(.handoverRefused(reason)), .say(refused(reason, at: 1002), to: 3),
            ]
        )
        bench.ends(1, "exit code 0", isClean: true)
        bench.taken()
        bench.gets(.usr2)
        #expect(bench.taken() == [.log(.handoverBegun), .start])
    }

    @Test func `SIGTERM before the successor serves ends it at once`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.taken()
        bench.gets(.term)
        #expect(bench.taken() == [.closeSocket, .signal(.term, 1), .kill(2)])
        bench.ends(2)
        #expect(bench.taken() == [])
        bench.ends(1, "exit code 0", isClean: true)
        #expect(bench.taken() == [.finish])
    }

    @Test func `SIGTERM drains every worker that may have requests`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.proves(3, after: 2)
        bench.taken()
        bench.gets(.term)
        #expect(
            bench.taken() == [
                .closeSocket, .signal(.term, 1), .signal(.term, 2), .signal(.term, 3),
            ]
        )
        bench.gets(.term)
        bench.gets(.usr2)
        #expect(bench.taken() == [])
        // While any worker lives there is an owner.
        bench.ends(3, "exit code 0", isClean: true)
        #expect(bench.taken().last == .say(.own(isShared: true), to: 2))
        bench.says(2, .opened)
        bench.taken()
        bench.passes(605)
        #expect(bench.taken() == [.log(.killed(1)), .kill(1), .log(.killed(2)), .kill(2)])
        bench.ends(1)
        bench.ends(2)
        #expect(bench.taken().last == .finish)
    }

    @Test func `what the old one knows of health reaches the new one before it takes requests`() {
        var bench = Bench()
        bench.serves(1)
        bench.says(1, .health("early, and not asked for"))
        bench.gets(.usr2)
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.taken()
        bench.says(1, .health("{}"))
        bench.says(1, .released)
        #expect(bench.taken() == [.say(.health("{}"), to: 2), .say(.own(isShared: true), to: 2)])
        bench.ends(2)
        let taken = bench.taken()
        #expect(taken.contains(.say(.own(isShared: false), to: 1)))
        #expect(!taken.contains(.say(.health("{}"), to: 1)))
    }

    @Test func `SIGTERM with the old one empty-handed gives it back what is its own`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.gets(.term)
        bench.says(1, .released)
        #expect(bench.done.last == .say(.own(isShared: false), to: 1))
    }

    @Test func `a worker that dies is replaced at once, then later and later`() {
        var bench = Bench()
        bench.serves(1)
        bench.passes(60)
        bench.ends(1)
        #expect(bench.taken() == [.log(.workerEnded("signal 9"))])
        bench.passes(0)
        #expect(bench.taken() == [.start])
        var delays: [Duration] = []
        for id in Int32(2)..<10 {
            bench.started(id)
            bench.ends(id)
            if let deadline = bench.supervision.nextDeadline {
                delays.append(deadline - bench.now.instant)
                bench.passes(5)
            }
        }
        let milliseconds = [100, 200, 400, 800, 1600, 3200, 5000, 5000]
        #expect(delays == milliseconds.map { Duration.milliseconds($0) })
    }

    @Test func `what was owned by a worker that dies goes to one that drains`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.ends(2)
        #expect(
            bench.taken().filter { $0 != .log(.workerEnded("signal 9")) } == [
                .say(.handover(HandoverResult(reason: nil, unixSecond: 1001)), to: 1),
                .say(.own(isShared: false), to: 1),
            ]
        )
        bench.says(1, .opened)
        bench.passes(0)
        bench.started(3)
        bench.taken()
        bench.says(3, .prepared(problem: nil))
        #expect(bench.taken() == [.say(.release, to: 1)])
        bench.says(1, .released)
        bench.says(3, .opened)
        #expect((bench.phase(1), bench.phase(3)) == (.draining, .serving))
        #expect(bench.done.last == .say(.yieldControl, to: 1))
    }

    @Test func `a successor replaces an old worker that dies meanwhile`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.ends(1)
        bench.taken()
        bench.passes(100)
        #expect(bench.taken() == [])
        bench.says(2, .prepared(problem: nil))
        bench.says(2, .opened)
        #expect(bench.phase(2) == .serving)

        bench.proves(3, after: 2)
        bench.ends(2)
        #expect(bench.phase(3) == .serving)
        #expect(bench.supervision.owner == .held(3))
    }

    @Test func `a worker that drains may die: nobody replaces it`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.ends(1)
        #expect(bench.taken() == [.log(.drained(1, "signal 9", isClean: false))])
        #expect(bench.supervision.nextDeadline == nil)
    }

    @Test func `a worker says how long it drains, and is killed a little later`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.says(1, .draining(milliseconds: 3_600_000))
        bench.passes(3604)
        #expect(bench.taken() == [])
        bench.passes(1)
        #expect(bench.taken() == [.log(.killed(1)), .kill(1)])
    }

    @Test(arguments: [Signal.hup, .usr1])
    func `reloads and log files reach every worker`(signal: Signal) {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.gets(.usr2)
        bench.started(3)
        bench.taken()
        bench.gets(signal)
        #expect(bench.taken() == [.signal(signal, 1), .signal(signal, 2), .signal(signal, 3)])
    }

    @Test func `a question goes to all that may have requests, and to no other`() {
        var bench = Bench()
        bench.serves(1)
        bench.says(1, .ask(ticket: 5, "x"))
        #expect(bench.taken() == [.say(.complete(ticket: 5, missing: 0), to: 1)])
        bench.handsOver(to: 2, from: 1)
        bench.handsOver(to: 3, from: 2)
        bench.ends(1)
        bench.gets(.usr2)
        bench.started(4)
        bench.taken()
        bench.says(3, .ask(ticket: 6, "x"))
        #expect(bench.taken() == [.say(.ask(ticket: 1, "x"), to: 2)])
        bench.says(2, .answer(ticket: 1, "y"))
        bench.says(2, .answer(ticket: 1, "y"))
        #expect(
            bench.taken() == [
                .say(.answer(ticket: 6, "y"), to: 3), .say(.complete(ticket: 6, missing: 0), to: 3),
            ]
        )
    }

    @Test func `who dies answers nothing, who hangs is missing`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.says(2, .ask(ticket: 1, "x"))
        bench.taken()
        bench.ends(1)
        #expect(bench.taken().contains(.say(.complete(ticket: 1, missing: 0), to: 2)))
        bench.handsOver(to: 3, from: 2)
        bench.says(3, .ask(ticket: 2, "x"))
        bench.taken()
        bench.passes(20)
        #expect(bench.taken() == [.say(.complete(ticket: 2, missing: 1), to: 3)])
    }

    @Test func `times of use go to the owner, or wait for it`() {
        var bench = Bench()
        bench.serves(1)
        bench.handsOver(to: 2, from: 1)
        bench.says(1, .uses("{}"))
        #expect(bench.taken() == [.say(.uses("{}"), to: 2)])
        bench.gets(.usr2)
        bench.started(3)
        bench.says(3, .prepared(problem: nil))
        bench.says(2, .released)
        bench.taken()
        bench.says(1, .uses("{1}"))
        #expect(bench.taken() == [])
        bench.says(3, .opened)
        #expect(bench.taken().contains(.say(.uses("{1}"), to: 3)))
    }

    @Test func `what a worker says that is gone, or out of turn, changes nothing`() {
        var bench = Bench()
        bench.serves(1)
        for report in [WorkerReport.opened, .released, .prepared(problem: nil)] {
            bench.says(1, report)
            bench.says(9, report)
        }
        #expect(bench.taken() == [])
        #expect(bench.supervision.owner == .held(1))
        #expect(bench.phase(1) == .serving)
    }
}
