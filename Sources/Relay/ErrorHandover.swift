import Model
import Routing

/// What makes the web server go on with a request that failed: where, and what the error was.
struct ErrorHandover {
    /// A named location of nginx, or a path.
    let location: String
    /// What is wrong; nil when the provider did not say.
    let message: String?

    /// Writes the headers; they reach nginx, and no client.
    func write(into lines: inout [UInt8], status: Int) {
        lines.addHeader("X-Accel-Redirect", location)
        lines.addHeader("Ngrok-AIG-Error-Status", String(status))
        guard let message else { return }
        lines.addHeader("Ngrok-AIG-Error-Message", Self.encoded(message))
    }

    /// The text as it can stand in any header, in JSON between quotes, and in a URL.
    private static func encoded(_ message: String) -> String {
        let whole = percentEncoded(message)
        guard whole.utf8.count > Limits.headerValueBytes else { return whole }
        let kept = whole.utf8.prefix(Limits.headerValueBytes)
        // An escape is not cut in two.
        let half = kept.suffix(2).firstIndex(of: UInt8(ascii: "%"))
        return String(decoding: half.map { kept[..<$0] } ?? kept, as: UTF8.self)
    }
}

/// `on_error: continue`: the web server goes on with a request that failed (chapter 4).
///
/// It has the request still, body and all. Only what was refused for the sake of the key itself is
/// never handed over, as nobody would know for whom: the rest would be open to everyone.
extension Exchange {
    /// Where a refusal is handed over; nil where it is the answer.
    func handover(of refusal: Refusal) -> ErrorHandover? {
        errorLocation.map { ErrorHandover(location: $0, message: refusal.message) }
    }

    /// The same for a provider's own error; one that speaks of the request is the client's.
    func handover(of status: Int, _ message: String?) -> ErrorHandover? {
        guard let location = errorLocation, let scope = AttemptOutcome.status(status).failureScope
        else { return nil }
        switch scope {
        case .key, .candidate: return ErrorHandover(location: location, message: message)
        case .request, .exchange: return nil
        }
    }

    /// Where errors are handed over; nil before the key was accepted, and for a WebSocket, whose
    /// location of nginx is another.
    private var errorLocation: String? {
        routes == nil || onlyConnects ? nil : gateway?.errorLocation
    }
}
