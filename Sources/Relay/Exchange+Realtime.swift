import Model
import Routing

/// The realtime path: a WebSocket that nginx carries, since FastCGI has no way back from the client.
///
/// The gateway checks the key, chooses the provider, connects to it once to know an address that
/// the rules permit, and hands over to a named location of nginx, in headers of which no client
/// and no provider sees one.
extension Exchange {
    /// Whether an attempt is only to connect: somebody else will send the request.
    package var onlyConnects: Bool {
        if case .operation(.realtime) = endpoint?.purpose { true } else { false }
    }

    /// What is wrong with a handshake, nil when nothing is.
    func refusalOfHandshake() -> Refusal? {
        // Anywhere else the headers of the hand-over would reach the client.
        guard head.mayHandOver else { return .realtimeNotSetUp }
        guard head.isHTTP11 else { return .webSocketNeedsHTTP11 }
        guard let offer = head.webSocket, offer.isAsked else { return .upgradeMissing }
        guard offer.versions == ["13"] else { return .webSocketVersion }
        return offer.key == nil ? .webSocketKeyMalformed : nil
    }

    /// The handshake is there: the model stands in the query.
    mutating func resolveRealtime(at now: ContinuousClock.Instant) -> Step {
        let names = queryWithoutTokens.split(separator: "&").filter { isModel($0) }.map { pair in
            // A form's encoding, as `URLSearchParams` writes it.
            let value = pair.utf8.dropFirst("model=".utf8.count)
            return percentDecoded(value.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 })
        }
        guard names.count <= 1 else { return refuse(.modelTwice) }
        return makePlan(names.first, [], at: now)
    }

    /// The query with the model as the provider knows it.
    func queryNaming(model: String) -> String {
        let rest = queryWithoutTokens.split(separator: "&").filter { !isModel($0) }
        return (rest + ["model=\(percentEncoded(model))"]).joined(separator: "&")
    }

    /// An attempt that only connects has connected: the web server takes over.
    ///
    /// - Parameter authority: the address that was connected to, and its port.
    package mutating func connected(
        to authority: String,
        at now: ContinuousClock.Instant
    ) -> Step {
        guard case .attempting = state, let call else { return Step(.wait) }
        closeAttempt(.status(101), message: nil, at: now)
        record.modelServed = call.candidate.displayName
        record.finish(.handedOver, status: 101)
        state = .finished
        return Step(.finish, sending: handOver(of: call, to: authority))
    }

    private func handOver(of call: UpstreamCall, to authority: String) -> [UInt8] {
        var lines = HandOver()
        let mark = call.url.firstRange(of: "://")
        let rest = mark.map { call.url[$0.upperBound...] } ?? ""
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let scheme = call.surface.baseURL.isPlainHTTP ? "http" : "https"
        lines.add("upstream", "\(scheme)://\(authority)\(rest[host.endIndex...])")
        lines.add("host", String(host))
        lines.add("name", call.surface.baseURL.host.filter { $0 != "[" && $0 != "]" })
        lines.add("request-id", requestID)
        lines.add("model", headerValue(call.candidate.displayName))
        lines.add("attempts", String(record.attempts.count))
        forEachUpstreamHeader { lines.addUpstreamHeader($0, $1) }
        if let offer = head.webSocket {
            lines.add("sec-websocket-key", offer.key ?? "")
            lines.add("sec-websocket-protocol", offer.protocols.joined(separator: ", "))
            lines.add("sec-websocket-extensions", offer.extensions.joined(separator: ", "))
        }
        return lines.finished
    }
}

private func isModel(_ parameter: Substring) -> Bool {
    parameter == "model" || parameter.hasPrefix("model=")
}

/// The head that makes nginx go on in its named location (nginx/snippets/realtime.conf).
private struct HandOver {
    private var bytes = Array("Status: 200 OK\r\nX-Accel-Redirect: @lockkeeper_realtime\r\n".utf8)

    /// The headers that nginx sets on the upstream request: it can't set one whose name it learns
    /// only now.
    private static let upstreamHeaders: [StaticString] = [
        "authorization", "x-api-key", "x-goog-api-key", "api-key", "openai-organization",
        "openai-project", "openai-beta", "user-agent", "traceparent", "lockkeeper-via",
    ]

    /// The head with its empty line.
    var finished: [UInt8] { bytes + [0x0D, 0x0A] }

    mutating func add(_ name: StaticString, _ value: String) {
        if !value.isEmpty { add(name, value.utf8Span.span) }
    }

    mutating func addUpstreamHeader(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        for known in HandOver.upstreamHeaders
        where name.count == known.utf8CodeUnitCount && name.startsIgnoringCase(known) {
            add(known, value)
        }
    }

    /// A value that could begin a line of its own stays out: it would be an order to nginx.
    private mutating func add(_ name: StaticString, _ value: Span<UInt8>) {
        let isPlain = value.indices.allSatisfy { value[$0] >= 0x20 && value[$0] != 0x7F }
        guard isPlain else { return }
        bytes.add("X-Lockkeeper-")
        bytes.add(name)
        bytes.add(": ")
        unsafe value.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        bytes.add("\r\n")
    }
}
