import Model

/// The head of the answer, as the lines that go to the web server: our own, and the upstream's that
/// the allow list lets through.
///
/// A worker's header can drive nginx (`X-Accel-Redirect`, `Status`), so what an upstream sends is
/// passed only when chapter 3 names it.
package struct ResponseHead: Sendable {
    /// The status that the client will see.
    package let status: Int
    /// Whether the body is a stream of server-sent events.
    package private(set) var isEventStream = false
    /// Whether the body is compressed, although identity was asked for.
    package private(set) var isEncoded = false
    /// The upstream's `Retry-After` in seconds; of a date after ``settleRetry(atUnixSecond:)``.
    package private(set) var retryAfter: Int?
    /// The date that `Retry-After` was, and when the upstream says it is now.
    private var retryDate: Timestamp?
    private var date: Timestamp?
    /// What the provider says is left of the key's rate limits.
    package private(set) var quota = QuotaHeaders()
    private var passed: [UInt8] = []
    /// Whether the upstream's body is what the client gets.
    private let passesBody: Bool

    /// A head without headers.
    ///
    /// - Parameter passesBody: whether the client gets the upstream's body; else what describes
    ///   that is not passed.
    package init(status: Int, passesBody: Bool = true) {
        self.status = status
        self.passesBody = passesBody
    }

    /// The same head with another status.
    func with(status: Int) -> ResponseHead {
        var head = ResponseHead(status: status, passesBody: passesBody)
        head.passed = passed
        return head
    }

    /// Takes one header of the upstream's answer; its name is in lower case.
    ///
    /// - Parameter ownKey: whether the account's own key is used, which shows its rate limits.
    package mutating func add(name: Span<UInt8>, value: Span<UInt8>, ownKey: Bool) {
        if name.elementsEqual("content-type") {
            isEventStream = value.startsIgnoringCase("text/event-stream")
        } else if name.elementsEqual("content-encoding") {
            isEncoded = !(value.isEmpty || value.startsIgnoringCase("identity"))
        } else if name.elementsEqual("retry-after") {
            retryAfter = seconds(value)
            if retryAfter == nil { retryDate = Timestamp(httpDate: value.text) }
        } else if name.elementsEqual("date") {
            // Only an error asks for patience, and most answers are none.
            if status >= 400 { date = Timestamp(httpDate: value.text) }
        } else {
            quota.note(name: name, value: value)
        }
        guard ResponseHead.isPassed(name, ownKey: ownKey), ResponseHead.isToken(name),
            passesBody || !name.starts(with: "content-"),
            passed.count + name.count + value.count + 4 <= Limits.passedHeaderBytes
        else { return }
        append(name, value)
    }

    /// Makes seconds of a date in `Retry-After` (RFC 9110, 10.2.3), by the upstream's own clock where
    /// it tells it.
    mutating func settleRetry(atUnixSecond now: Int64) {
        guard let retryDate else { return }
        let wait = retryDate.unixSecond - (date?.unixSecond ?? now)
        retryAfter = Int(min(max(0, wait), 999_999_999))
    }

    private mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let most = name.count + value.count + 4
        passed.append(addingCapacity: most) { (line: inout OutputSpan<UInt8>) in
            for index in name.indices { line.append(name[index]) }
            line.append(UInt8(ascii: ":"))
            line.append(UInt8(ascii: " "))
            for index in value.indices where ResponseHead.isOfAValue(value[index]) {
                line.append(value[index])
            }
            line.append(0x0d)
            line.append(0x0a)
        }
    }

    private static func isOfAValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }

    private static let passedNames: [StaticString] = [
        "content-type", "content-encoding", "content-disposition", "content-language",
        "retry-after", "request-id", "x-request-id", "openai-processing-ms", "openai-version",
        "openai-model",
    ]

    private static func isPassed(_ name: Span<UInt8>, ownKey: Bool) -> Bool {
        if name.starts(with: "anthropic-") {
            return !name.elementsEqual("anthropic-organization-id")
        }
        if name.starts(with: "x-ratelimit-") { return ownKey }
        return passedNames.contains { name.elementsEqual($0) }
    }

    /// Whether a name is made of letters, digits and dashes: one of the allow list's prefixes must
    /// not carry what the web server reads as a line of its own.
    private static func isToken(_ name: Span<UInt8>) -> Bool {
        name.indices.allSatisfy { index in
            switch name[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    private func seconds(_ value: Span<UInt8>) -> Int? {
        guard (1...9).contains(value.count) else { return nil }
        var seconds = 0
        for index in value.indices {
            guard (0x30...0x39).contains(value[index]) else { return nil }
            seconds = seconds * 10 + Int(value[index] - 0x30)
        }
        return seconds
    }

    /// What the gateway adds to an answer.
    package struct Additions {
        var requestID: String
        var model: String?
        var attempts = 0
        var rejected: [String] = []
        var removedParameters: [String] = []
        var serverTiming: ServerTiming?
        var refusal: Refusal?
        var handover: ErrorHandover?
        var contentType: StaticString?
        var isStream = false
    }

    /// The whole head with its empty line, as CGI spells it: a `Status` line first (RFC 3875, 6.3).
    ///
    /// - Parameter byteCount: the bytes of the body that will be put behind it.
    func lines(_ additions: Additions, bodyBytes byteCount: Int = 0) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(320 + passed.count + byteCount)
        lines.add("Status: ")
        lines.addDecimal(status)
        lines.add(" ")
        lines.add(reasonPhrase(of: status))
        lines.add("\r\n")
        lines += passed
        if let contentType = additions.contentType {
            lines.add("Content-Type: ")
            lines.add(contentType)
            lines.add("\r\n")
        }
        lines.addHeader("Ngrok-AIG-Request-Id", additions.requestID)
        if let model = additions.model {
            lines.addHeader("Ngrok-AIG-Model", headerValue(model))
        }
        if additions.attempts > 0 {
            lines.add("Ngrok-AIG-Attempts: ")
            lines.addDecimal(additions.attempts)
            lines.add("\r\n")
        }
        if !additions.rejected.isEmpty {
            lines.addHeader(
                "Ngrok-AIG-Rejected-Models",
                headerValue(additions.rejected.joined(separator: ", "))
            )
        }
        if !additions.removedParameters.isEmpty {
            lines.addHeader(
                "Ngrok-AIG-Removed-Params",
                headerValue(additions.removedParameters.joined(separator: ", "))
            )
        }
        if let refusal = additions.refusal {
            lines.addHeader("Ngrok-Error-Code", refusal.code.text)
            if let seconds = refusal.retryAfter {
                lines.addHeader("Retry-After", String(seconds))
            }
            if let allow = refusal.allow { lines.addHeader("Allow", allow) }
            // What a 426 has to say (RFC 9110, 15.5.22; RFC 6455, 4.4).
            if refusal.status == 426 {
                lines.add("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
            }
        }
        additions.handover?.write(into: &lines, status: status)
        additions.serverTiming?.write(into: &lines)
        if additions.isStream { lines.add("X-Accel-Buffering: no\r\n") }
        lines.add("\r\n")
        return lines
    }
}

extension [UInt8] {
    mutating func addHeader(_ name: StaticString, _ value: String) {
        add(name)
        add(": ")
        append(contentsOf: value.utf8)
        add("\r\n")
    }

    mutating func add(_ text: StaticString) {
        unsafe append(
            contentsOf: UnsafeBufferPointer(
                start: text.utf8Start,
                count: text.utf8CodeUnitCount
            )
        )
    }

    mutating func addDecimal(_ value: Int) {
        if value >= 10 { addDecimal(value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
