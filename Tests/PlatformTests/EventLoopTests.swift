import Glibc
import Platform
import Testing

@Suite struct `An event loop` {
    /// Notes what it is told and does what the test says.
    private final class Watcher: DescriptorHandler, TimerHandler, TurnEndHandler {
        var calls: [String] = []
        var onReady: (CInt, Readiness) -> Void = { _, _ in }
        var onTimer: () -> Void = {}
        var onTurnEnd: () -> Void = {}

        func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
            calls.append("ready")
            onReady(descriptor, readiness)
        }

        func timerFired(_ timer: Timer) {
            calls.append("timer")
            onTimer()
        }

        func turnEnds() {
            calls.append("end")
            onTurnEnd()
        }
    }

    @Test func `tells that a descriptor can be read, as long as it can`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let pair = try SocketPair()
        try loop.watch(pair.ours, for: .readable, handler: watcher)
        loop.turn(waiting: .zero)
        #expect(watcher.calls.isEmpty)
        pair.poke()
        loop.turn()
        loop.turn()
        #expect(watcher.calls == ["ready", "ready"])
        #expect(pair.takeAll() == 1)
        loop.turn(waiting: .zero)
        #expect(watcher.calls.count == 2)
    }

    @Test func `that is closed lets go of who watches`() throws {
        /// Holds the loop, as who watches does, and calls it when it goes.
        final class Owner: DescriptorHandler, TurnEndHandler {
            let loop: EventLoop
            let descriptor: CInt
            init(_ loop: EventLoop, _ descriptor: CInt) {
                self.loop = loop
                self.descriptor = descriptor
            }
            deinit { loop.unwatch(descriptor) }
            func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {}
            func turnEnds() {}
        }
        let pair = try SocketPair()
        weak var seen: EventLoop?
        weak var owner: Owner?
        do {
            let loop = try EventLoop()
            let watcher = Owner(loop, pair.ours)
            try loop.watch(pair.ours, for: .readable, handler: watcher)
            loop.atTurnEnd(watcher)
            (seen, owner) = (loop, watcher)
            loop.close()
        }
        #expect(owner == nil)
        #expect(seen == nil)
    }

    @Test func `tells what was asked for, and that the peer closed`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        var seen: [Readiness] = []
        watcher.onReady = { _, readiness in seen.append(readiness) }
        let pair = try SocketPair()
        try loop.watch(pair.ours, for: [.readable, .peerClosed], handler: watcher)
        pair.poke()
        loop.turn()
        loop.rewatch(pair.ours, for: .peerClosed)
        loop.turn(waiting: .zero)
        #expect(seen == [.readable])
        loop.rewatch(pair.ours, for: .writable)
        loop.turn()
        #expect(seen.last == .writable)
        loop.rewatch(pair.ours, for: .peerClosed)
        shutdown(pair.theirs, CInt(SHUT_WR))
        loop.turn()
        #expect(seen.last == .peerClosed)
        pair.closeTheirs()
        loop.turn()
        #expect(seen.last == [.peerClosed, .hangUp])
        loop.unwatch(pair.ours)
        loop.turn(waiting: .zero)
        #expect(seen.count == 4)
    }

    @Test func `refuses a descriptor that can't be watched`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        var code: CInt = 0
        do throws(SystemError) {
            try loop.watch(1000, for: .readable, handler: watcher)
        } catch {
            code = error.code
        }
        #expect(code == EBADF)
    }

    @Test func `does not give a stale event to a new owner of the number`() throws {
        let loop = try EventLoop()
        let (first, second) = (try SocketPair(), try SocketPair())
        let (watcher, newOwner) = (Watcher(), Watcher())
        let fresh = try SocketPair()
        // Whichever is served first gives the other's number to another socket.
        watcher.onReady = { [unowned loop] descriptor, _ in
            let number = descriptor == first.ours ? second.ours : first.ours
            loop.forget(number)
            dup2(fresh.ours, number)
            do throws(SystemError) {
                try loop.watch(number, for: .readable, handler: newOwner)
            } catch {
                Issue.record(error)
            }
        }
        try loop.watch(first.ours, for: .readable, handler: watcher)
        try loop.watch(second.ours, for: .readable, handler: watcher)
        first.poke()
        second.poke()
        loop.turn()
        #expect(watcher.calls == ["ready"])
        #expect(newOwner.calls.isEmpty)
        fresh.poke()
        watcher.onReady = { _, _ in }
        loop.turn()
        #expect(newOwner.calls == ["ready"])
    }

    @Test func `serves descriptors, then timers, then the end of the turn`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let pair = try SocketPair()
        try loop.watch(pair.ours, for: .readable, handler: watcher)
        watcher.onReady = { [unowned loop, unowned watcher] _, _ in loop.atTurnEnd(watcher) }
        let timer = Timer(handler: watcher)
        loop.arm(timer, at: loop.now)
        pair.poke()
        loop.turn()
        #expect(watcher.calls == ["ready", "timer", "end"])
    }

    @Test func `serves what a flush adds to the end of the turn`() throws {
        let loop = try EventLoop()
        let (first, second) = (Watcher(), Watcher())
        first.onTurnEnd = { [unowned loop] in loop.atTurnEnd(second) }
        loop.atTurnEnd(first)
        loop.turn(waiting: .zero)
        #expect(first.calls == ["end"])
        #expect(second.calls == ["end"])
        loop.turn(waiting: .zero)
        #expect(first.calls == ["end"])
    }

    @Test func `waits for the earliest timer, and not shorter`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let timer = Timer(handler: watcher)
        let deadline = ContinuousClock.now + .milliseconds(3)
        loop.arm(timer, at: deadline)
        loop.turn()
        #expect(watcher.calls == ["timer"])
        #expect(loop.now >= deadline)
        loop.arm(timer, at: deadline)
        loop.cancel(timer)
        loop.turn(waiting: .zero)
        #expect(watcher.calls == ["timer"])
    }

    @Test func `is not held by a timer that arms itself for now`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let timer = Timer(handler: watcher)
        watcher.onTimer = { [unowned loop, unowned timer] in loop.arm(timer, at: loop.now) }
        loop.arm(timer, at: loop.now)
        loop.turn()
        loop.turn()
        #expect(watcher.calls == ["timer", "timer"])
    }

    @Test func `runs until it is stopped`() throws {
        let loop = try EventLoop()
        let watcher = Watcher()
        let timer = Timer(handler: watcher)
        watcher.onTimer = { [unowned loop] in loop.stop() }
        loop.arm(timer, at: .now + .milliseconds(1))
        loop.run()
        #expect(watcher.calls == ["timer"])
    }
}
