import Platform

/// The worker's end of `control.sock`: takes one request a connection and answers when it can.
///
/// The file's mode lets only its owner and root connect; what comes in is bounded all the same.
final class ControlServer: DescriptorHandler {
    private let loop: EventLoop
    private let socket: FileDescriptor
    private let handle: (ControlRequest, ControlConnection) -> Void

    /// Listens at a path: in place of a worker that is gone, or of one that gives way.
    ///
    /// A caller finds somebody there at every moment.
    init(
        path: String,
        inPlaceOf other: Predecessor = .gone,
        on loop: EventLoop,
        handle: @escaping (ControlRequest, ControlConnection) -> Void
    ) throws {
        socket =
            switch other {
            case .gone: try ListeningSocket.unix(path: path, mode: 0o600)
            case .ours(let free): try ListeningSocket.unix(path: path, madeAt: free, mode: 0o600)
            }
        self.loop = loop
        self.handle = handle
        try loop.watch(socket.number, for: .readable, handler: self)
    }

    /// Who may be listening at the path.
    enum Predecessor {
        /// Nobody: somebody who does is another gateway's worker.
        case gone
        /// A worker of the same gateway; the socket is made at another path, which is free.
        case ours(madeAt: String)
    }

    /// Takes the last that waits, and no more; callers that wait for an answer get it.
    func stop() {
        descriptorReady(socket.number, .readable)
        loop.unwatch(socket.number)
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        do throws(SystemError) {
            while let peer = try ListeningSocket.accept(from: descriptor) {
                try ControlConnection(peer, on: loop, handle: handle).start()
            }
        } catch {
            // The caller of the command line sees its connection end, and says so.
            return
        }
    }
}

/// One caller of the command line.
final class ControlConnection: DescriptorHandler {
    private let loop: EventLoop
    private let socket: FileDescriptor
    private let handle: (ControlRequest, ControlConnection) -> Void
    private var input = ByteQueue()
    private var output = ByteQueue()
    private var isAnswered = false

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
        guard !isAnswered else { return }
        isAnswered = true
        output.append(line.span)
        output.append(UInt8(ascii: "\n"))
        flush()
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        if isAnswered { return flush() }
        do throws(SystemError) {
            guard let count = try input.read(from: socket.number, upTo: 4096) else { return }
            guard count > 0, input.count <= ControlRequest.longestLine else { return close() }
        } catch {
            return close()
        }
        takeRequest()
    }

    private func takeRequest() {
        let end = input.withReadable { bytes in
            bytes.indices.first { bytes[$0] == UInt8(ascii: "\n") }
        }
        guard let end else { return }
        let request = input.withReadable { ControlRequest(line: $0.extracting(0..<end)) }
        guard let request else { return close() }
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
        isAnswered = true
        loop.unwatch(socket.number)
    }
}
