import CCurl
import Glibc

/// What libcurl calls while a transfer runs.
extension EasyHandle {
    static let headerLineReceived: curl_write_callback = { pointer, size, count, context in
        guard let pointer = unsafe pointer, let context = unsafe context else { return 0 }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: size * count)
        return unsafe Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.receive(headerLine: unsafe bytes.bindMemory(to: UInt8.self).span) ? bytes.count : 0
        }
    }

    static let bodyReceived: curl_write_callback = { pointer, size, count, context in
        guard let pointer = unsafe pointer, let context = unsafe context else { return 0 }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: size * count)
        return unsafe Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.receive(unsafe bytes.bindMemory(to: UInt8.self).span)
        }
    }

    static let socketNeeded: curl_opensocket_callback = { context, _, address in
        guard let context = unsafe context, let address = unsafe address else {
            return CURL_SOCKET_BAD
        }
        return unsafe Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef {
            unsafe $0.openSocket(address)
        }
    }

    /// Whether the transfer may go on.
    private func receive(headerLine line: Span<UInt8>) -> Bool {
        guard let transfer, transfer.handler != nil else { return false }
        if !openedSockets.isEmpty { forgetOpenedSockets() }
        if !head.isBlockTaken, !head.isComplete { head.put(multi.takeBlock()) }
        let event = head.take(line: line)
        if head.byteCount > maxHeaderBytes {
            ownFailure = .headersTooLarge("the head exceeds \(maxHeaderBytes) bytes")
            return false
        }
        switch event {
        case .nothing: return true
        case .invalid(let reason):
            ownFailure = .protocolError(reason)
            return false
        case .complete(let status):
            let block = head.takeBlock()
            transfer.handler?.transferReceivedHead(transfer, status: status, headers: block)
            multi.giveBack(block)
            return transfer.isRunning
        }
    }

    private func forgetOpenedSockets() {
        for socket in openedSockets {
            multi.sockets.answered(socket, opener: ObjectIdentifier(self))
        }
        openedSockets.removeAll(keepingCapacity: true)
    }

    /// How many bytes were taken, or what libcurl is to do instead.
    private func receive(_ bytes: Span<UInt8>) -> Int {
        guard let transfer, let handler = transfer.handler else { return EasyHandle.stop }
        guard head.isComplete else {
            ownFailure = .protocolError("a body came before the head")
            return EasyHandle.stop
        }
        if transfer.isPaused {
            // libcurl keeps these bytes and hands them over again after the pause.
            isHeld = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        bodyCount += bytes.count
        handler.transferReceived(transfer, bytes)
        return transfer.isRunning ? bytes.count : EasyHandle.stop
    }

    private static let stop = Int(CURL_WRITEFUNC_ERROR)

    /// Opens a socket to an address that was resolved, if the rule permits it.
    private func openSocket(_ resolved: UnsafeMutablePointer<curl_sockaddr>) -> CInt {
        if multi.settings.proxy == nil {
            guard let address = unsafe EasyHandle.address(resolved) else { return CURL_SOCKET_BAD }
            guard rule.permits(address) else {
                refusedAddress = address
                return CURL_SOCKET_BAD
            }
        }
        isConnectionTried = true
        let descriptor = unsafe ccurl_open_socket(resolved)
        if descriptor >= 0 {
            openedSockets.append(descriptor)
            multi.opened(descriptor, by: self)
            ownFailure = nil
        } else {
            ownFailure = .connect("socket: \(unsafe String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func address(_ resolved: UnsafeMutablePointer<curl_sockaddr>) -> IPAddress? {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let count = unsafe Int(ccurl_address_bytes(resolved, base))
            return IPAddress(bytes: unsafe UnsafeBufferPointer(start: base, count: count).span)
        }
    }
}
