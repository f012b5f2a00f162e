import Platform

/// One caller of the command line.
final class ControlConnection: DescriptorHandler {
    /// What it is at.
    private enum State {
        /// Its request comes; next: `working`, `over`.
        case asking
        /// Somebody sees to it; next: `answering`, `streaming`, `over`.
        case working
        /// Its answer goes out; next: `over`.
        case answering
        /// It gets what comes, bit by bit; next: `over`.
        case streaming(ControlStream)
        /// Its connection has ended.
        case over
    }

    private let loop: EventLoop
    private let socket: FileDescriptor
    private let handle: (ControlRequest, ControlConnection) -> Void
    private var input = ByteQueue()
    private var output = ByteQueue()
    private var state = State.asking
    /// The bytes that have no newline among them.
    private var searched = 0

    init(
        _ socket: consuming FileDescriptor,
        on loop: EventLoop,
        handle: @escaping (ControlRequest, ControlConnection) -> Void
    ) {
        self.socket = socket
        self.loop = loop
        self.handle = handle
    }

    func start() throws(SystemError) {
        try loop.watch(socket.number, for: [.readable, .peerClosed], handler: self)
    }

    /// Sends the one line of the answer and ends the connection.
    func answer(_ line: [UInt8]) {
        guard case .working = state else { return }
        state = .answering
        output.append(line.span)
        output.append(UInt8(ascii: "\n"))
        flush()
    }

    /// Sends bytes, and then what comes, until the caller leaves.
    ///
    /// - Parameters:
    ///   - next: what there is to send now; asked for only when all before it is gone.
    ///   - left: called once, when the caller has left.
    func stream(
        first bytes: [UInt8],
        next: @escaping () -> [UInt8],
        left: @escaping () -> Void
    ) {
        guard case .working = state else { return left() }
        state = .streaming(ControlStream(next: next, left: left))
        output.append(bytes.span)
        sendMore()
    }

    /// There may be more to send to a caller who gets what comes.
    func sendMore() {
        guard case .streaming(let stream) = state else { return }
        do throws(SystemError) {
            while try output.write(to: socket.number) {
                let more = stream.next()
                guard !more.isEmpty else {
                    return loop.rewatch(socket.number, for: [.readable, .peerClosed])
                }
                output.append(more.span)
            }
            loop.rewatch(socket.number, for: [.readable, .writable, .peerClosed])
        } catch {
            close()
        }
    }

    /// Puts something behind what is being sent to a caller who gets what comes.
    func say(_ bytes: [UInt8]) {
        guard case .streaming = state else { return }
        output.append(bytes.span)
        sendMore()
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        switch state {
        case .asking: if isThere() { takeRequest() }
        case .working: _ = isThere()
        case .answering: flush()
        case .streaming:
            if !readiness.intersects([.readable, .peerClosed]) || isThere() { sendMore() }
        case .over: return
        }
    }

    /// Reads what the caller says; false, and the connection ends, where it left or says too much.
    private func isThere() -> Bool {
        do throws(SystemError) {
            guard let count = try input.read(from: socket.number, upTo: 65_536) else { return true }
            if count > 0, input.count <= ControlRequest.longestLine { return true }
            close()
        } catch {
            close()
        }
        return false
    }

    private func takeRequest() {
        let end = input.withReadable { bytes in
            (searched..<bytes.count).first { bytes[$0] == UInt8(ascii: "\n") }
        }
        guard let end else {
            searched = input.count
            return
        }
        let request = input.withReadable { ControlRequest(line: $0.extracting(0..<end)) }
        guard let request else { return close() }
        state = .working
        handle(request, self)
    }

    private func flush() {
        do throws(SystemError) {
            if try output.write(to: socket.number) {
                close()
            } else {
                loop.rewatch(socket.number, for: .writable)
            }
        } catch {
            close()
        }
    }

    private func close() {
        let ended = state
        state = .over
        loop.unwatch(socket.number)
        if case .streaming(let stream) = ended { stream.left() }
    }
}

/// What a caller gets bit by bit.
private struct ControlStream {
    let next: () -> [UInt8]
    let left: () -> Void
}
