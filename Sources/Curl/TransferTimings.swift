/// How long the parts of a ``Transfer`` took, from its start.
package struct TransferTimings: Sendable, Equatable {
    /// Until the connection stood, TLS included; zero when one was re-used or none was made.
    package var connect: Duration = .zero
    /// Until the first byte of the answer; zero when none came.
    package var firstByte: Duration = .zero
    /// Whether the request went over a connection that stood already.
    package var reusedConnection = false

    package init() {}
}
