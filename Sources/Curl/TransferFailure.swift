/// Why an upstream gave no whole answer, with the text of whoever noticed, free of credentials.
package enum TransferFailure: Error, Sendable, Equatable {
    /// The request could not be sent by anyone: a bad URL, a forbidden byte in a header.
    case invalidRequest(String)
    /// The name could not be resolved.
    case dns(String)
    /// No connection: refused, unreachable, or the proxy said no.
    case connect(String)
    /// No connection in time, name look-up and TLS handshake included.
    case connectTimeout(String)
    /// The TLS handshake or the certificate's verification failed.
    case tls(String)
    /// The name leads to an address that the ``AddressRule`` refuses; nothing was sent.
    case addressRefused(String)
    /// The request could not be sent to its end.
    case sendFailed(String)
    /// The connection ended without one byte of an answer.
    case emptyAnswer(String)
    /// The answer stopped in the middle.
    case cut(String)
    /// What came back is not HTTP, or contradicts itself.
    case protocolError(String)
    /// The head is larger than the settings allow.
    case headersTooLarge(String)
    /// Anything else.
    case other(String)

    /// The text alone.
    package var text: String {
        switch self {
        case .invalidRequest(let text), .dns(let text), .connect(let text),
            .connectTimeout(let text), .tls(let text), .addressRefused(let text),
            .sendFailed(let text), .emptyAnswer(let text), .cut(let text),
            .protocolError(let text), .headersTooLarge(let text), .other(let text):
            text
        }
    }

    /// Whether the upstream can't have seen the whole request.
    package var isBeforeRequest: Bool {
        switch self {
        case .invalidRequest, .dns, .connect, .connectTimeout, .tls, .addressRefused: true
        case .sendFailed, .emptyAnswer, .cut, .protocolError, .headersTooLarge, .other: false
        }
    }
}
