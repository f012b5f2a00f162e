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
