/// What a peer may take.
package struct FastCGILimits: Sendable {
    /// The connections of one listener; further ones wait in the backlog.
    package var connections = 8192
    /// The bytes of one request's parameters; beyond it the request ends with FCGI_OVERLOADED.
    package var parameterBytes = 128 * 1024
    /// The bytes read at once, into one buffer for all connections.
    package var readBytes = 64 * 1024
    /// The waiting output above which the responder should pause its source.
    package var highWaterBytes = 64 * 1024
    /// The waiting output below which ``Responder/requestDrained(_:)`` is called.
    package var lowWaterBytes = 16 * 1024
    /// The waiting output beyond which the connection is given up: a responder that never pauses.
    package var pendingBytes = 64 * 1024 * 1024
    /// How long a request that is still arriving may bring nothing.
    package var requestReadTimeout: Duration = .seconds(60)
    /// How long a connection that has brought no request yet is kept when idle ones are closed.
    package var firstRequestTimeout: Duration = .seconds(1)
    /// How long a peer may take nothing of an answer that is complete.
    package var answerSendTimeout: Duration = .seconds(300)
    /// How long accepting rests when the process is out of descriptors.
    package var acceptPause: Duration = .milliseconds(100)
    /// The connections accepted at a wake, so that several loops share a burst.
    package var acceptsPerWake = 8

    /// The limits that suit nginx.
    package init() {}

    /// How often stalled peers are looked for: a deadline is kept to within this.
    var stallCheckInterval: Duration { min(requestReadTimeout, answerSendTimeout) / 4 }
}
