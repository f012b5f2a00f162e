/// How an attempt ended of which nothing has reached the client.
package enum AttemptOutcome: Equatable, Sendable {
    /// The provider answered with that status.
    case status(Int)
    /// The name could not be resolved.
    case resolveFailed
    /// The address is one that is never called.
    case addressRefused
    /// No connection came about.
    case connectFailed
    /// No connection came about in time.
    case connectTimedOut
    /// The TLS handshake failed.
    case tlsFailed
    /// The connection was lost while the request was sent or the answer read.
    case connectionLost
    /// What came is no HTTP, or its head is too large.
    case malformedAnswer
    /// No response head in time.
    case firstByteTimedOut
    /// No content in time.
    case firstContentTimedOut
    /// The attempt's own time is over.
    case attemptTimedOut
    /// The stream brought an error before content.
    case streamFailed
    /// The stream ended before content.
    case streamEnded
    /// The stream fell silent before content.
    case streamStalled
    /// A stream was asked for and something else came.
    case notStreamed
    /// A whole answer with a good status is an error by what it says.
    case answerFailed
    /// The time of all attempts together is over.
    case totalTimedOut
    /// The client left.
    case clientLeft
    /// Another attempt, which ran beside it, decided the answer.
    case superseded
}

/// How far a failure reaches: what may be tried next.
package enum FailureScope: Equatable, Sendable {
    /// The key is at fault: the next key of the provider, then the next candidate.
    case key
    /// The candidate is at fault: another key would fail alike.
    case candidate
    /// The request may be at fault: the next candidate, if the client named several models.
    case request
    /// Nothing may be tried any more.
    case exchange
}

extension AttemptOutcome {
    /// How far the failure reaches; nil for an answer that is none.
    package var failureScope: FailureScope? {
        switch self {
        case .status(200...299): nil
        case .status(401...403), .status(429): .key
        case .status(404), .status(408), .status(413): .candidate
        case .status(400...499): .request
        case .status: .candidate
        case .resolveFailed, .addressRefused, .connectFailed, .connectTimedOut, .tlsFailed,
            .connectionLost, .malformedAnswer, .firstByteTimedOut, .firstContentTimedOut,
            .attemptTimedOut, .streamFailed, .streamEnded, .streamStalled, .notStreamed,
            .answerFailed:
            .candidate
        case .totalTimedOut, .clientLeft, .superseded: .exchange
        }
    }
}
