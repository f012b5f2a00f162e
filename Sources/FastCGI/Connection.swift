import Glibc
import Platform

/// One peer's connection: records in, records out, one request at a time.
///
/// Bytes never trap here: what is no FastCGI closes the connection. The responder is called with no
/// access to this object's fields open, so it may write, pause and finish from within its calls.
final class Connection: DescriptorHandler, TurnEndHandler {
    let listener: Listener
    let descriptor: CInt

    var parser = RecordParser()
    var begin = BeginBody()
    var values: ValuesQuery?
    var request: Request?
    var output = RecordWriter()

    var phase = Phase.open
    /// Whether a request has begun on it, now or before.
    var hasBroughtRequest = false
    /// The responder asked for a pause.
    var isPaused = false
    /// Output went above the high-water mark and not yet below the low one.
    var isAboveHighWater = false
    var isFlushDue = false
    /// What the descriptor is watched for now, beside that its peer leaves.
    var watchesInput = true
    var watchesOutput = false

    /// This connection's place in the listener's list, and in its list of those under a deadline.
    var place = 0
    var stallPlace = -1
    var stallDeadline = ContinuousClock.now

    private static let gone: Readiness = [.peerClosed, .hangUp, .failed]

    /// How a connection ends.
    ///
    /// open -> ending, broken, closed; ending (no request is read; closed when all output has left)
    /// -> broken, closed; broken (closed at the end of the turn) -> closed.
    enum Phase {
        case open
        case ending
        case broken
        case closed
    }

    init(taking descriptor: consuming FileDescriptor, of listener: Listener) {
        self.listener = listener
        self.descriptor = descriptor.release()
    }

    deinit {
        assert(phase == .closed, "a connection was dropped, not closed")
    }

    func start() throws(SystemError) {
        try listener.loop.watch(descriptor, for: [.readable, .peerClosed], handler: self)
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        if readiness.intersects(Connection.gone) { return close() }
        if readiness.intersects(.writable) { flushAtTurnEnd() }
        if readiness.intersects(.readable) { readOnce() }
    }

    /// Whether nothing is in progress on it and nothing on the way to its peer.
    var isIdle: Bool { phase != .closed && request == nil && output.count == 0 }

    /// Whether its peer has only connected so far, or is in the middle of a record.
    var expectsRequest: Bool { !hasBroughtRequest || !parser.isBetweenRecords }

    /// Takes what the peer has sent, as much as one read brings.
    func readOnce() {
        switch listener.read(from: descriptor, body: receive) {
        case .bytes: updateStallDeadline()
        case .nothing: break
        case .end: close()
        }
    }

    /// Closes at once; the responder of a request in progress is told that it was aborted.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        listener.loop.forget(descriptor)
        _ = Glibc.close(descriptor)
        output.drop()
        listener.removed(self)
        abortRequest()
        listener.connectionClosed()
    }

    /// Ends the request in progress, if any, and tells its responder unless that had ended it.
    func abortRequest() {
        guard let request else { return }
        let progress = request.progress
        end(request)
        switch progress {
        case .body, .bodyComplete:
            listener.responder.requestAborted(request)
            request.context = nil
        case .parameters, .finishing, .ended:
            break
        }
    }

    /// Takes a request off the connection; its writer does nothing from now on.
    func end(_ request: Request) {
        request.progress = .ended
        request.connection = nil
        self.request = nil
        setPaused(false)
        listener.activeRequestCount -= 1
    }
}
