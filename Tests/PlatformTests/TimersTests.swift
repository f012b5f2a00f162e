import Testing

@testable import Platform

@Suite struct `The timers of a loop` {
    private final class Nobody: TimerHandler {
        func timerFired(_ timer: Timer) {}
    }

    private let start = ContinuousClock.now
    private let nobody = Nobody()

    private func drain(_ timers: inout Timers, at now: ContinuousClock.Instant) -> [Timer] {
        var due: [Timer] = []
        while let timer = timers.takeDue(at: now) { due.append(timer) }
        return due
    }

    @Test func `are due in the order of their deadlines`() {
        var timers = Timers()
        let made = (0..<50).map { _ in Timer(handler: nobody) }
        for (index, timer) in made.enumerated() {
            timers.arm(timer, at: start + .milliseconds(index * 37 % 50))
        }
        let order = drain(&timers, at: start + .seconds(1))
        #expect(order.map(\.deadline) == made.map(\.deadline).sorted())
        #expect(timers.earliest == nil)
        #expect(made.allSatisfy { !$0.isArmed })
    }

    @Test func `are not due before their time`() {
        var timers = Timers()
        let timer = Timer(handler: nobody)
        timers.arm(timer, at: start + .milliseconds(5))
        #expect(timers.earliest == start + .milliseconds(5))
        #expect(timers.takeDue(at: start + .milliseconds(4)) == nil)
        #expect(timer.isArmed)
        #expect(timers.takeDue(at: start + .milliseconds(5)) === timer)
        #expect(!timer.isArmed)
    }

    @Test func `that are armed again move`() {
        var timers = Timers()
        let (first, second) = (Timer(handler: nobody), Timer(handler: nobody))
        timers.arm(first, at: start + .milliseconds(1))
        timers.arm(second, at: start + .milliseconds(2))
        timers.arm(first, at: start + .milliseconds(3))
        let order = drain(&timers, at: start + .seconds(1))
        #expect(order.map(ObjectIdentifier.init) == [second, first].map(ObjectIdentifier.init))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `keep their order through any arming, moving and cancelling`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var timers = Timers()
        let made = (0..<40).map { _ in Timer(handler: nobody) }
        var model: [ObjectIdentifier: ContinuousClock.Instant] = [:]
        for _ in 0..<500 {
            guard let timer = made.randomElement(using: &random) else { break }
            if Int.random(in: 0..<3, using: &random) == 0 {
                timers.cancel(timer)
                model[ObjectIdentifier(timer)] = nil
            } else {
                let deadline = start + .milliseconds(Int.random(in: 0..<100, using: &random))
                timers.arm(timer, at: deadline)
                model[ObjectIdentifier(timer)] = deadline
            }
            #expect(timers.earliest == model.values.min())
            #expect(timer.isArmed == (model[ObjectIdentifier(timer)] != nil))
        }
        let order = drain(&timers, at: start + .seconds(1)).map(\.deadline)
        #expect(order == model.values.sorted())
    }
}
