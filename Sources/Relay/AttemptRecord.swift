package import Model
package import Routing

/// One try of an exchange, for the log line and for the error that lists them.
package struct AttemptRecord: Sendable {
    /// `provider:model`.
    package let candidate: String
    /// Whose key it was.
    package let credential: Credential.Source
    /// The provider's dialect, where it is another one than the client's.
    let dialect: Dialect?
    /// How it ended; nil while it runs.
    package internal(set) var outcome: AttemptOutcome?
    /// The provider's own words, short, where it said why.
    package internal(set) var message: String?
    /// When it began.
    package let start: ContinuousClock.Instant
    /// How long it took.
    package internal(set) var duration: Duration = .zero
    /// When the first content of its stream came.
    package internal(set) var content: ContinuousClock.Instant?
    /// The tokens that the provider counted, once it has ended.
    package internal(set) var usage: Usage?
    /// The events of a translated stream that were no JSON.
    var skippedEvents = 0
    /// What the provider said is left of the key's rate limits.
    package internal(set) var quota: ToldQuota?

    /// `[429] openai:gpt-4o: rate limit reached`, as error 27208 lists it.
    ///
    /// What libcurl says of a connection is for the log alone: it names the operator's hosts.
    var line: String {
        let label = outcome?.label ?? "cancelled"
        guard let message, outcome?.isOfTheConnection != true else {
            return "[\(label)] \(candidate)"
        }
        return "[\(label)] \(candidate): \(message)"
    }
}

extension AttemptRecord {
    /// `user` for the account's own key, `managed` for the operator's, `none` where none is sent.
    package var keySource: String {
        switch credential {
        case .managed: "managed"
        case .own: "user"
        case .nobody: "none"
        }
    }
}

extension AttemptOutcome {
    /// The outcome in a word or two: a status as its number.
    package var label: String {
        switch self {
        case .status(let status): String(status)
        case .resolveFailed: "name not resolved"
        case .addressRefused: "address refused"
        case .connectFailed: "connection failed"
        case .connectTimedOut: "connect timeout"
        case .tlsFailed: "TLS failed"
        case .connectionLost: "connection lost"
        case .malformedAnswer: "malformed answer"
        case .firstByteTimedOut: "first byte timeout"
        case .firstContentTimedOut: "first content timeout"
        case .attemptTimedOut: "attempt timeout"
        case .streamFailed: "stream error"
        case .streamEnded: "stream ended early"
        case .streamStalled: "stream stalled"
        case .notStreamed: "not streamed"
        case .answerFailed: "error in a 200"
        case .totalTimedOut: "total timeout"
        case .clientLeft: "client left"
        case .superseded: "superseded"
        }
    }

    /// Whether something did not come in its time.
    var ranOutOfTime: Bool {
        switch self {
        case .connectTimedOut, .firstByteTimedOut, .firstContentTimedOut, .attemptTimedOut,
            .streamStalled, .totalTimedOut:
            true
        case .status, .resolveFailed, .addressRefused, .connectFailed, .tlsFailed,
            .connectionLost, .malformedAnswer, .streamFailed, .streamEnded, .notStreamed,
            .answerFailed, .clientLeft, .superseded:
            false
        }
    }

    /// Whether it is the connection's failure and not something that the provider said.
    var isOfTheConnection: Bool {
        reachedNoProvider || self == .connectionLost || self == .malformedAnswer
    }

    /// Whether the provider can't have seen the request.
    var reachedNoProvider: Bool {
        switch self {
        case .resolveFailed, .addressRefused, .connectFailed, .connectTimedOut, .tlsFailed: true
        case .status, .connectionLost, .malformedAnswer, .firstByteTimedOut,
            .firstContentTimedOut, .attemptTimedOut, .streamFailed, .streamEnded, .streamStalled,
            .notStreamed, .answerFailed, .totalTimedOut, .clientLeft, .superseded:
            false
        }
    }
}
