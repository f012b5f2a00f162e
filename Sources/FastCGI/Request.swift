import Platform

/// What a request asks for.
package enum Role: UInt16, Sendable {
    /// An answer to an HTTP request.
    case responder = 1
    /// Whether an HTTP request may go on.
    case authorizer = 2
}

/// One request of a web server, from its parameters to its end.
package final class Request {
    /// What is asked for.
    package let role: Role
    /// The responder's own state of this request; dropped after the request's end, so that the two
    /// may refer to each other.
    package var context: AnyObject?

    let id: UInt16
    let keepsConnection: Bool
    var parameters = NameValuePairs()
    var progress = Progress.parameters
    /// Whether a byte of the answer was written.
    var hasOutput = false
    /// Nil once the request has ended, either way.
    var connection: Connection?

    /// What has arrived, and whether the answer is complete.
    ///
    /// parameters -> body, ended; body -> bodyComplete, finishing, ended;
    /// bodyComplete -> ended; finishing (answered, the body still arriving) -> ended.
    enum Progress: Equatable {
        case parameters
        case body
        case bodyComplete
        case finishing(appStatus: UInt32)
        case ended
    }

    init(id: UInt16, role: Role, keepsConnection: Bool, connection: Connection) {
        self.id = id
        self.role = role
        self.keepsConnection = keepsConnection
        self.connection = connection
    }

    /// Lends each parameter's name and value, in the order they came; names may repeat.
    package func forEachParameter(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
        parameters.forEach(body)
    }

    /// The first parameter of a name, as text.
    package func parameter(_ name: StaticString) -> String? {
        var found: String?
        parameters.forEach { candidate, value in
            guard found == nil, candidate.equals(name) else { return }
            found = String(repairing: value)
        }
        return found
    }

    /// Gives the parameters' memory back; none is found afterwards.
    package func discardParameters() {
        parameters.drop()
    }

    /// Stops reading the body; what was read from the socket already is still delivered.
    ///
    /// That the peer leaves is noticed all the same.
    package func pauseReading() {
        connection?.setPaused(true)
    }

    /// Reads the body again.
    package func resumeReading() {
        connection?.setPaused(false)
    }
}

extension Span where Element == UInt8 {
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where unsafe self[index] != text.utf8Start[index] { return false }
        return true
    }
}

extension String {
    /// The text of bytes; what is not UTF-8 becomes U+FFFD.
    init(repairing bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
