import Platform

extension Connection {
    /// The bytes that wait to be sent.
    var pendingByteCount: Int { output.count }

    /// Adds to the answer of the request in progress.
    func write(_ bytes: Span<UInt8>, of request: Request) {
        guard phase == .open, !bytes.isEmpty else { return }
        request.hasOutput = true
        output.appendOutput(bytes, requestID: request.id)
        outputGrew()
    }

    /// Completes the answer: at once, or when the rest of the body has been read and thrown away,
    /// for a connection with unread bytes can't be used again.
    func finish(_ request: Request, appStatus: UInt32) {
        switch request.progress {
        case .body:
            request.progress = .finishing(appStatus: appStatus)
            request.context = nil
            setPaused(false)
        case .bodyComplete:
            complete(request, appStatus: appStatus)
        case .parameters, .finishing, .ended:
            break
        }
    }

    /// Breaks the answer off, unless it is complete; one that has not begun is none.
    func abandon(_ request: Request) {
        switch request.progress {
        case .body, .bodyComplete:
            end(request)
            request.context = nil
            if request.hasOutput { output.appendBreak() }
            if phase == .open { phase = .ending }
            flushAtTurnEnd()
        case .parameters, .finishing, .ended:
            break
        }
    }

    /// Closes at once, an answer under way being broken off as far as the socket takes that.
    func cut() {
        let isAnswering = request?.hasOutput ?? false
        if isAnswering, phase == .open {
            abortRequest()
            output.appendBreak()
            _ = flush()
        }
        close()
    }

    /// Ends the request on the wire and here.
    func complete(_ request: Request, appStatus: UInt32) {
        end(request)
        request.context = nil
        endOnWire(
            request.id,
            .complete,
            appStatus: appStatus,
            keepsConnection: request.keepsConnection
        )
    }

    func endOnWire(
        _ id: UInt16,
        _ status: ProtocolStatus,
        appStatus: UInt32 = 0,
        keepsConnection: Bool
    ) {
        output.appendEnd(requestID: id, appStatus: appStatus, status)
        if phase == .open, !keepsConnection || listener.isDraining {
            phase = .ending
            if keepsConnection { output.appendFarewell() }
        }
        outputGrew()
    }

    /// Minds the marks after output was added, and sees that it is sent.
    func outputGrew() {
        if output.count > listener.limits.highWaterBytes { isAboveHighWater = true }
        if output.count > listener.limits.pendingBytes { phase = .broken }
        flushAtTurnEnd()
    }

    func flushAtTurnEnd() {
        guard !isFlushDue, phase != .closed else { return }
        isFlushDue = true
        listener.loop.atTurnEnd(self)
    }

    func turnEnds() {
        isFlushDue = false
        guard phase != .closed else { return }
        let waiting = output.count
        guard flush() else { return close() }
        switch phase {
        case .broken:
            return close()
        case .ending where output.count == 0:
            return close()
        case .open, .ending, .closed:
            break
        }
        let isDrained = isAboveHighWater && output.count < listener.limits.lowWaterBytes
        if isDrained { isAboveHighWater = false }
        if output.count != waiting || stallPlace < 0 { updateStallDeadline() }
        updateInterest()
        if isDrained { notifyDrained() }
    }

    /// Sends once: whether the peer still takes bytes.
    private func flush() -> Bool {
        let waiting = output.count
        do throws(SystemError) {
            if try output.flush(to: descriptor), waiting > Connection.keptBytes {
                output.releaseMemory()
            }
            return true
        } catch {
            return false
        }
    }

    /// The queue memory that a connection keeps between turns.
    private static let keptBytes = 1024

    private func notifyDrained() {
        guard let request else { return }
        switch request.progress {
        case .body, .bodyComplete: listener.responder.requestDrained(request)
        case .parameters, .finishing, .ended: break
        }
    }

    // MARK: What is watched

    func setPaused(_ paused: Bool) {
        guard phase == .open, isPaused != paused else { return }
        isPaused = paused
        updateInterest()
        updateStallDeadline()
    }

    /// A peer that does not take its answers is not read from either.
    private func updateInterest() {
        let input = phase == .open && !isPaused && !isAboveHighWater
        let output = output.count > 0 && !isFlushDue
        guard input != watchesInput || output != watchesOutput else { return }
        watchesInput = input
        watchesOutput = output
        var wanted: Readiness = .peerClosed
        if input { wanted.insert(.readable) }
        if output { wanted.insert(.writable) }
        listener.loop.rewatch(descriptor, for: wanted)
    }

    /// Sets, moves or lifts the deadline by which the peer must make progress.
    func updateStallDeadline() {
        guard phase != .closed else { return }
        listener.setStallDeadline(of: self, after: patience)
    }

    /// How long the peer may do nothing; nil when it is not its turn.
    private var patience: Duration? {
        if output.count > 0, request == nil || phase == .ending {
            return listener.limits.answerSendTimeout
        }
        if isPaused || isAboveHighWater { return nil }
        switch request?.progress {
        case .parameters, .body, .finishing: return listener.limits.requestReadTimeout
        case .bodyComplete: return nil
        case .ended, nil: return parser.isBetweenRecords ? nil : listener.limits.requestReadTimeout
        }
    }
}
