/// One request to an upstream and its answer, inside libcurl.
///
/// Running → ended (once ``TransferHandler/transferEnded(_:_:)`` is called) or cancelled. All calls
/// on a transfer that is over do nothing. The pool keeps a running transfer and its handler alive.
package final class Transfer {
    /// Who is told; nil once the transfer is over.
    private(set) var handler: (any TransferHandler)?
    private var handle: EasyHandle?
    /// Where a transfer that was to connect only has connected to.
    package internal(set) var peer: PeerAddress?
    private var lastTimings = TransferTimings()
    /// Whether the body is held back.
    package private(set) var isPaused = false

    /// A transfer that runs on a handle.
    init(handle: EasyHandle, handler: any TransferHandler) {
        self.handle = handle
        self.handler = handler
    }

    /// Whether the transfer is neither ended nor cancelled.
    package var isRunning: Bool { handle != nil }

    /// Holds the body back from the next call on: what comes is left to the kernel, but for one
    /// buffer of ``TransferSettings/receiveBuffer`` bytes.
    ///
    /// The head is delivered even so.
    package func pause() {
        isPaused = true
    }

    /// Lets the body flow again; held bytes are delivered at the end of the loop's turn.
    package func resume() {
        guard isPaused else { return }
        isPaused = false
        handle?.resume()
    }

    /// Ends the transfer without another call to the handler.
    ///
    /// Its connection is closed, unless the answer was complete or other transfers share it.
    package func cancel() {
        guard let handle else { return }
        release()
        handle.cancel()
    }

    /// What is known so far of how long the parts took.
    package var timings: TransferTimings {
        handle?.timings ?? lastTimings
    }

    /// Takes the transfer off its handle: it is over.
    ///
    /// Returns who is to be told.
    @discardableResult func release() -> (any TransferHandler)? {
        lastTimings = timings
        handle = nil
        defer { handler = nil }
        return handler
    }
}
