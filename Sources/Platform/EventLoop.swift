import CLinux
import Glibc

/// Who is told that a descriptor is ready.
package protocol DescriptorHandler: AnyObject {
    /// The descriptor is ready for what it was watched for, or was shut.
    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness)
}

/// Who has work left for the end of the turn: output to flush in one write.
package protocol TurnEndHandler: AnyObject {
    /// Every ready descriptor and due timer of this turn has been served.
    func turnEnds()
}

/// One thread's event loop: descriptors, timers, and a hook at the end of each turn.
///
/// A turn is: wait, serve the ready descriptors, serve the due timers, flush. The loop and all that
/// it calls live on one thread; the type is not `Sendable`, and other threads reach it through a
/// ``Mailbox`` alone.
@safe package final class EventLoop {
    /// The time at which this turn began: one clock reading serves all of a turn's work.
    package private(set) var now = ContinuousClock.now
    /// How long the turns of ``run()`` took.
    package private(set) var turnTimes = TurnTimes()

    private let epoll: FileDescriptor
    private var entries: [Entry] = []
    private var timers = Timers()
    private var turnEnders: [any TurnEndHandler] = []
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private var isStopping = false

    /// The most events taken from the kernel at once.
    private static let batch = 256

    /// Who watches a descriptor.
    ///
    /// The generation tells a stale event of a batch, whose descriptor
    /// was closed and re-used by an earlier handler of the same batch, from one of the new watcher.
    private struct Entry {
        var handler: (any DescriptorHandler)?
        var generation: UInt32 = 0
    }

    /// A loop that watches nothing yet.
    package init() throws(SystemError) {
        let number = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard number >= 0 else { throw .last("epoll_create1") }
        epoll = FileDescriptor(taking: number)
        unsafe events = .allocate(capacity: EventLoop.batch)
    }

    deinit {
        unsafe events.deallocate()
    }

    // MARK: Descriptors

    /// Watches a descriptor; the loop keeps the handler until ``unwatch(_:)``.
    package func watch(
        _ descriptor: CInt,
        for readiness: Readiness,
        handler: any DescriptorHandler
    ) throws(SystemError) {
        let index = Int(descriptor)
        while entries.count <= index { entries.append(Entry()) }
        entries[index].handler = handler
        entries[index].generation &+= 1
        let status = clinux_epoll_ctl(
            epoll.number,
            EPOLL_CTL_ADD,
            descriptor,
            readiness.rawValue,
            tag(of: descriptor)
        )
        guard status == 0 else {
            entries[index].handler = nil
            throw .last("epoll_ctl")
        }
    }

    /// Changes what a watched descriptor is watched for.
    package func rewatch(_ descriptor: CInt, for readiness: Readiness) {
        let status = clinux_epoll_ctl(
            epoll.number,
            EPOLL_CTL_MOD,
            descriptor,
            readiness.rawValue,
            tag(of: descriptor)
        )
        precondition(status == 0, "rewatch of a descriptor that is not watched")
    }

    /// Stops watching; must come before the descriptor is closed.
    package func unwatch(_ descriptor: CInt) {
        forget(descriptor)
        _ = clinux_epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// Drops the handler of a descriptor that its owner has closed already, without a system call.
    ///
    /// The kernel forgets a closed descriptor by itself.
    package func forget(_ descriptor: CInt) {
        guard entries.indices.contains(Int(descriptor)) else { return }
        entries[Int(descriptor)].handler = nil
    }

    private func tag(of descriptor: CInt) -> UInt64 {
        UInt64(entries[Int(descriptor)].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    // MARK: Timers and the end of a turn

    /// Arms a timer, or moves it when it is armed.
    package func arm(_ timer: Timer, at deadline: ContinuousClock.Instant) {
        timers.arm(timer, at: deadline)
    }

    /// Disarms a timer; nothing happens when it is not armed.
    package func cancel(_ timer: Timer) {
        timers.cancel(timer)
    }

    /// Calls the handler once, at the end of this turn.
    package func atTurnEnd(_ handler: any TurnEndHandler) {
        turnEnders.append(handler)
    }

    // MARK: Running

    /// Runs turns until ``stop()``.
    package func run() {
        var end = ContinuousClock.now
        while !isStopping {
            turn(waiting: nil, from: end)
            end = ContinuousClock.now
            turnTimes.add(end - now)
        }
    }

    /// Lets go of everybody who watches: for the end, when no turn comes any more.
    ///
    /// They hold the loop as it holds them, so that without it neither would ever go.
    package func close() {
        let handlers = entries.map(\.handler)
        let waiting = turnEnders
        // What goes with them may call the loop, so it goes when nothing is being changed.
        withExtendedLifetime((handlers, waiting)) {
            for index in entries.indices { entries[index].handler = nil }
            turnEnders = []
        }
    }

    /// Ends ``run()`` after this turn.
    package func stop() {
        isStopping = true
    }

    /// Runs one turn, waiting for at most `longest` (for ever when nil).
    package func turn(waiting longest: Duration? = nil) {
        turn(waiting: longest, from: ContinuousClock.now)
    }

    private func turn(waiting longest: Duration?, from start: ContinuousClock.Instant) {
        let count = wait(milliseconds: waitTime(longest, from: start))
        now = ContinuousClock.now
        for index in 0..<count {
            let event = unsafe events[index]
            let tag = unsafe event.data.u64
            serve(tag, Readiness(rawValue: unsafe event.events))
        }
        // A timer that arms itself for now waits for the next turn.
        for _ in 0..<timers.count {
            guard let timer = timers.takeDue(at: now) else { break }
            timer.fire()
        }
        endTurn()
    }

    private func serve(_ tag: UInt64, _ readiness: Readiness) {
        let descriptor = Int(UInt32(truncatingIfNeeded: tag))
        guard descriptor < entries.count,
            entries[descriptor].generation == UInt32(tag >> 32),
            let handler = entries[descriptor].handler
        else { return }
        handler.descriptorReady(CInt(descriptor), readiness)
    }

    /// A flush may lead to more work for the end of the turn, so the list is served until it is empty.
    private func endTurn() {
        var index = 0
        while index < turnEnders.count {
            turnEnders[index].turnEnds()
            index += 1
        }
        turnEnders.removeAll(keepingCapacity: true)
    }

    private func wait(milliseconds: CInt) -> Int {
        let count = unsafe epoll_wait(
            epoll.number,
            events.baseAddress,
            CInt(EventLoop.batch),
            milliseconds
        )
        // EINTR (a debugger, a stop and continue) is a turn without events.
        return max(0, Int(count))
    }

    /// Rounded up, so that a timer is due when the wait ends.
    private func waitTime(_ longest: Duration?, from start: ContinuousClock.Instant) -> CInt {
        if !turnEnders.isEmpty { return 0 }
        var wait = longest
        if let earliest = timers.earliest {
            let until = max(.zero, earliest - start)
            wait = min(until, wait ?? until)
        }
        guard let wait else { return -1 }
        let (seconds, attoseconds) = wait.components
        let milliseconds =
            seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return CInt(clamping: milliseconds)
    }
}
