import CCurl
import Glibc
import Platform

/// How libcurl and the event loop talk: sockets and one timer.
extension MultiHandle: DescriptorHandler, TimerHandler {
    /// Sets what all transfers of the multi handle have in common.
    func setOptions() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_multi_set_socket_callback(multi, MultiHandle.socketWanted, context)
        unsafe ccurl_multi_set_timer_callback(multi, MultiHandle.timerWanted, context)
        set(CURLMOPT_MAXCONNECTS, settings.maxConnections)
        set(CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        set(CURLMOPT_MAX_CONCURRENT_STREAMS, settings.maxStreamsPerConnection)
    }

    private func set(_ option: CURLMoption, _ value: Int) {
        let code = unsafe ccurl_multi_set_long(multi, option, value)
        precondition(code == CURLM_OK, "a multi option was refused")
    }

    // MARK: From the loop

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        guard sockets.fired(descriptor) else { return loop.unwatch(descriptor) }
        var events: CInt = 0
        if readiness.contains(.readable) { events |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
        if readiness.contains(.hangUp) || readiness.contains(.failed) {
            events |= CURL_CSELECT_IN | CURL_CSELECT_OUT
        }
        act(on: descriptor, events)
    }

    package func timerFired(_ timer: Timer) {
        isTimerFiring = true
        act(on: CURL_SOCKET_TIMEOUT, 0)
        isTimerFiring = false
    }

    private func act(on descriptor: CInt, _ events: CInt) {
        run {
            var running: CInt = 0
            _ = unsafe curl_multi_socket_action(multi, descriptor, events, &running)
        }
    }

    // MARK: From libcurl

    private static let socketWanted: curl_socket_callback = { _, descriptor, what, context, _ in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<MultiHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.socketWanted(descriptor, what)
            return 0
        }
    }

    private static let timerWanted: curl_multi_timer_callback = { _, milliseconds, context in
        guard let context = unsafe context else { return 0 }
        return unsafe Unmanaged<MultiHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.timerWanted(milliseconds)
            return 0
        }
    }

    /// Closes a connection's socket (`CURLOPT_CLOSESOCKETFUNCTION`).
    static let socketClosed: curl_closesocket_callback = { context, descriptor in
        guard let context = unsafe context else { return Glibc.close(descriptor) }
        return unsafe Unmanaged<MultiHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.socketClosed(descriptor)
        }
    }

    private func socketWanted(_ descriptor: CInt, _ what: CInt) {
        switch what {
        case CURL_POLL_IN: want(descriptor, .readable)
        case CURL_POLL_OUT: want(descriptor, .writable)
        case CURL_POLL_INOUT: want(descriptor, [.readable, .writable])
        case CURL_POLL_REMOVE:
            if sockets.unwanted(descriptor) == .unwatch { loop.unwatch(descriptor) }
        default: break
        }
    }

    private func want(_ descriptor: CInt, _ readiness: Readiness) {
        switch sockets.wanted(descriptor, for: readiness) {
        case .watch: watch(descriptor, readiness)
        case .rewatch: loop.rewatch(descriptor, for: readiness)
        case .nothing, .unwatch: break
        }
    }

    private func watch(_ descriptor: CInt, _ readiness: Readiness) {
        do throws(SystemError) {
            try loop.watch(descriptor, for: readiness, handler: self)
        } catch {
            // The kernel has no room: nothing will be heard of the socket, and the transfer's
            // deadlines end it.
            sockets.lost(descriptor)
        }
    }

    /// A transfer has opened a socket to connect.
    func opened(_ descriptor: CInt, by handle: EasyHandle) {
        let readiness = sockets.opened(descriptor, by: ObjectIdentifier(handle))
        if !readiness.isEmpty { watch(descriptor, readiness) }
    }

    private func socketClosed(_ descriptor: CInt) -> CInt {
        if sockets.closed(descriptor) { loop.forget(descriptor) }
        return Glibc.close(descriptor)
    }

    /// libcurl has something to do after a while, or no more (-1).
    ///
    /// At once means in this turn, but not again in it, so that an endless stream can't keep the
    /// loop from its other work.
    private func timerWanted(_ milliseconds: Int) {
        if milliseconds < 0 {
            loop.cancel(timer)
        } else if milliseconds == 0, isTimerFiring {
            loop.arm(timer, at: loop.now + .nanoseconds(1))
        } else {
            loop.arm(timer, at: loop.now + .milliseconds(milliseconds))
        }
    }
}
