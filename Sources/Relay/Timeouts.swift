/// How long the parts of an exchange may take (chapter 4).
package struct Timeouts: Equatable, Sendable {
    /// Name look-up, connection and TLS handshake together.
    package var connect: Duration = .seconds(5)
    /// The response head of a streamed request.
    package var firstByte: Duration = .seconds(60)
    /// From the head of a stream to its first content; nil for `perRequest`.
    package var firstContent: Duration?
    /// One attempt until the commit, or the whole answer that is no stream.
    package var perRequest: Duration = .seconds(180)
    /// All attempts until the commit.
    package var total: Duration = .seconds(360)
    /// The silence of a committed answer.
    package var stall: Duration = .seconds(60)
    /// A committed stream as a whole; nil for no end.
    package var maxStreamDuration: Duration?
    /// How long a stream's first content is waited for before a second candidate is asked beside
    /// the first; nil for never.
    package var hedgeAfter: Duration?
    /// How long a stream's head is held back at most.
    package var earlyHeadAfter: Duration = .seconds(10)

    /// The defaults.
    package init() {}
}
