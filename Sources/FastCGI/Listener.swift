import Glibc
package import Platform

/// Accepts FastCGI connections on one loop and serves their requests with a responder.
///
/// Several loops share one listening socket, each with a listener and a duplicate of the descriptor.
@safe package final class Listener: DescriptorHandler, TimerHandler, TurnEndHandler {
    /// The requests in progress, from BEGIN_REQUEST to END_REQUEST.
    package internal(set) var activeRequestCount = 0
    /// Called once, at a turn's end, when no connection is left after ``drain()``.
    package var onIdle: (() -> Void)?

    let loop: EventLoop
    let limits: FastCGILimits
    let responder: any Responder
    private(set) var isDraining = false

    private var descriptor: FileDescriptor?
    private var accepting = Accepting.paused
    private(set) var connections: [Connection] = []
    private var stalls = StallWatch()
    private lazy var resumeTimer = Timer(handler: self)
    private lazy var stallTimer = Timer(handler: self)
    private lazy var idleTimer = Timer(handler: self)
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    /// Whether connections are taken.
    ///
    /// accepting -> paused, stopped; paused (no descriptor or no place is free) -> accepting,
    /// stopped.
    private enum Accepting {
        case accepting
        case paused
        case stopped
    }

    /// Starts to accept on a listening socket that does not block.
    package init(
        loop: EventLoop,
        descriptor: consuming FileDescriptor,
        limits: FastCGILimits = FastCGILimits(),
        responder: any Responder
    ) throws(SystemError) {
        self.loop = loop
        self.limits = limits
        self.responder = responder
        self.descriptor = consume descriptor
        unsafe buffer = .allocate(capacity: max(limits.readBytes, 1))
        try startAccepting()
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// The connections that are open.
    package var openConnectionCount: Int { connections.count }

    // MARK: Ending

    /// Accepts no more and closes the listening descriptor; open connections go on.
    package func stopAccepting() {
        guard accepting != .stopped else { return }
        pauseAccepting()
        accepting = .stopped
        loop.cancel(resumeTimer)
        descriptor = nil
    }

    /// Accepts no more and lets each connection end right after its next END_REQUEST.
    ///
    /// An idle connection is never closed first: the web server may be sending a request on it. One
    /// that has just been served is said to end before the web server can keep it.
    package func drain() {
        stopAccepting()
        isDraining = true
        if connections.isEmpty { loop.atTurnEnd(self) }
    }

    /// Closes the connections that have no request in progress and no answer on the way.
    ///
    /// What has been sent on one already is served. A web server that has just connected is about
    /// to send a request: it gets ``FastCGILimits/firstRequestTimeout`` for it.
    package func closeIdleConnections() {
        for connection in connections where connection.isIdle {
            connection.readOnce()
            if connection.isIdle, !connection.expectsRequest { connection.close() }
        }
        guard connections.contains(where: { $0.isIdle }) else { return }
        loop.arm(idleTimer, at: loop.now + limits.firstRequestTimeout)
    }

    /// Closes every connection; requests in progress are aborted, their answers broken off.
    package func closeAll() {
        stopAccepting()
        for connection in connections { connection.cut() }
    }

    package func turnEnds() {
        guard isDraining, connections.isEmpty, let idle = onIdle else { return }
        onIdle = nil
        idle()
    }

    // MARK: Accepting

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        for _ in 0..<limits.acceptsPerWake where accepting == .accepting {
            guard acceptOne(from: descriptor) else { return }
        }
    }

    /// Takes one connection: whether another may wait.
    private func acceptOne(from descriptor: CInt) -> Bool {
        do throws(SystemError) {
            guard let peer = try ListeningSocket.accept(from: descriptor) else { return false }
            try admit(peer)
            return true
        } catch {
            switch error.code {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC:
                // The connection stays in the backlog: without a rest the loop would spin on it.
                restAccepting()
                return false
            default:
                // That one peer left before it was accepted.
                return true
            }
        }
    }

    private func admit(_ peer: consuming FileDescriptor) throws(SystemError) {
        let connection = Connection(taking: peer, of: self)
        connection.place = connections.count
        connections.append(connection)
        do throws(SystemError) {
            try connection.start()
        } catch {
            connection.close()
            throw error
        }
        if connections.count >= limits.connections { pauseAccepting() }
    }

    private func startAccepting() throws(SystemError) {
        guard accepting == .paused, let number = descriptor?.number else { return }
        try loop.watch(number, for: [.readable, .exclusive], handler: self)
        accepting = .accepting
    }

    private func pauseAccepting() {
        guard accepting == .accepting, let number = descriptor?.number else { return }
        // An exclusive registration can't be changed, only removed.
        loop.unwatch(number)
        accepting = .paused
    }

    private func restAccepting() {
        pauseAccepting()
        loop.arm(resumeTimer, at: loop.now + limits.acceptPause)
    }

    private func resumeAccepting() {
        guard accepting == .paused, !resumeTimer.isArmed, connections.count < limits.connections
        else { return }
        do throws(SystemError) {
            try startAccepting()
        } catch {
            restAccepting()
        }
    }

    // MARK: Serving the connections

    /// What one read brought.
    enum ReadResult {
        case bytes
        case nothing
        case end
    }

    /// Reads once into the buffer that all connections share, and lends what came.
    func read(from descriptor: CInt, body: (Span<UInt8>) -> Void) -> ReadResult {
        let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .end }
        if count == 0 { return .end }
        body(unsafe UnsafeBufferPointer(rebasing: buffer[..<count]).span)
        return .bytes
    }

    /// Forgets a connection that is being closed.
    func removed(_ connection: Connection) {
        stalls.remove(connection)
        let last = connections.removeLast()
        guard last !== connection else { return }
        last.place = connection.place
        connections[connection.place] = last
    }

    /// A connection was closed: there is place for another.
    func connectionClosed() {
        resumeAccepting()
        if isDraining, connections.isEmpty { loop.atTurnEnd(self) }
    }

    /// Sets or lifts the deadline by which a connection's peer must make progress.
    func setStallDeadline(of connection: Connection, after patience: Duration?) {
        guard let patience else { return stalls.remove(connection) }
        connection.stallDeadline = loop.now + patience
        stalls.add(connection)
        if !stallTimer.isArmed { loop.arm(stallTimer, at: loop.now + limits.stallCheckInterval) }
    }

    package func timerFired(_ timer: Timer) {
        if timer === resumeTimer {
            resumeAccepting()
        } else if timer === idleTimer {
            for connection in connections where connection.isIdle { connection.close() }
        } else {
            for connection in stalls.overdue(at: loop.now) { connection.close() }
            if !stalls.isEmpty { loop.arm(stallTimer, at: loop.now + limits.stallCheckInterval) }
        }
    }
}
