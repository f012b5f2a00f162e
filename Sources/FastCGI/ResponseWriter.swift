/// The answer to one request: written, then finished or abandoned, once.
///
/// What is written leaves at the end of the loop's turn, in one send. After the peer left all of it
/// does nothing. A writer that goes out of scope unfinished abandons the answer.
package struct ResponseWriter: ~Copyable {
    private let request: Request

    init(_ request: Request) {
        self.request = request
    }

    deinit {
        request.connection?.abandon(request)
    }

    /// Whether somebody still waits for the answer.
    package var isOpen: Bool { request.connection != nil }

    /// The bytes that wait in the connection's queue.
    package var pendingByteCount: Int { request.connection?.pendingByteCount ?? 0 }

    /// Whether the source should pause until ``Responder/requestDrained(_:)``.
    package var isAboveHighWater: Bool { request.connection?.isAboveHighWater ?? false }

    /// Adds bytes to the answer.
    package mutating func write(_ bytes: Span<UInt8>) {
        request.connection?.write(bytes, of: request)
    }

    /// Adds text to the answer.
    package mutating func write(_ text: StaticString) {
        guard let connection = request.connection else { return }
        let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        connection.write(unsafe bytes.span, of: request)
    }

    /// Completes the answer.
    package consuming func finish(appStatus: UInt32 = 0) {
        request.connection?.finish(request, appStatus: appStatus)
    }

    /// Breaks the answer off after what was written and closes the connection: the web server must
    /// not take it for a whole one.
    package consuming func abandon() {
        request.connection?.abandon(request)
    }
}
