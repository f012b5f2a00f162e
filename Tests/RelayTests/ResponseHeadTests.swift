import Model
import Testing

@testable import Relay

@Suite struct ResponseHeads {
    private func passed(
        _ headers: [(String, String)],
        ownKey: Bool = false
    ) -> [String] {
        var head = ResponseHead(status: 200)
        for (name, value) in headers {
            head.add(name: name.utf8Span.span, value: value.utf8Span.span, ownKey: ownKey)
        }
        let answer = Answer(head.lines(ResponseHead.Additions(requestID: "rq_1")))
        #expect(answer.lines.first == "Status: 200 OK")
        #expect(answer.lines.last == "Ngrok-AIG-Request-Id: rq_1")
        return Array(answer.lines.dropFirst().dropLast())
    }

    @Test(arguments: [
        "content-type", "content-encoding", "content-disposition", "content-language",
        "retry-after", "request-id", "x-request-id", "openai-processing-ms", "openai-version",
        "openai-model", "anthropic-version", "anthropic-ratelimit-requests-limit",
    ])
    func `the allow list passes`(name: String) {
        for ownKey in [false, true] {
            #expect(passed([(name, "value")], ownKey: ownKey) == ["\(name): value"])
        }
    }

    @Test(arguments: [
        "status", "x-accel-redirect", "x-accel-buffering", "x-accel-expires", "x-sendfile",
        "set-cookie", "location", "server-timing", "ngrok-error-code", "ngrok-aig-request-id",
        "ngrok-aig-model", "ngrok-anything", "anthropic-organization-id", "openai-organization",
        "server", "connection", "transfer-encoding", "content-length", "date", "via", "refresh",
        "x-lighttpd-send-file", "x-litespeed-location", "www-authenticate", "trailer", "allow",
        "strict-transport-security", "content-types", "xcontent-type", "",
    ])
    func `whatever is not allowed stays here`(name: String) {
        for ownKey in [false, true] {
            #expect(passed([(name, "value")], ownKey: ownKey) == [])
        }
    }

    @Test func `rate limits are shown to the key's owner`() {
        let headers = [("x-ratelimit-remaining-requests", "9"), ("x-ratelimit-reset", "1s")]
        #expect(passed(headers, ownKey: false) == [])
        #expect(
            passed(headers, ownKey: true)
                == ["x-ratelimit-remaining-requests: 9", "x-ratelimit-reset: 1s"]
        )
    }

    @Test func `a value can't begin another line`() {
        let value = "a\r\nX-Accel-Redirect: /etc\nStatus: 500\u{0}\u{1}\u{7F}\tb"
        #expect(
            passed([("content-language", value)])
                == ["content-language: aX-Accel-Redirect: /etcStatus: 500\tb"]
        )
    }

    @Test(arguments: [
        "anthropic-x\rX-Accel-Redirect", "anthropic-x\nStatus", "anthropic-x: y\r\nstatus",
        "anthropic- x", "anthropic-\u{0}", "x-ratelimit-\r\n\r\n",
    ])
    func `nor can a name`(name: String) {
        #expect(passed([(name, "/etc")], ownKey: true) == [])
    }

    @Test func `headers beyond 8 KiB are left out`() {
        let long = String(repeating: "x", count: 4000)
        let lines = passed([
            ("content-type", "application/json"), ("anthropic-a", long), ("anthropic-b", long),
            ("anthropic-c", long), ("request-id", "1"),
        ])
        #expect(
            lines.map { $0.prefix { $0 != ":" } }
                == ["content-type", "anthropic-a", "anthropic-b", "request-id"]
        )
        #expect(lines.joined().utf8.count < Limits.passedHeaderBytes)
    }

    @Test(
        arguments: [
            ("text/event-stream", true), ("text/event-stream; charset=utf-8", true),
            ("Text/Event-Stream", true), ("application/json", false), ("", false),
            ("text/event-strea", false),
        ]
    )
    func `a stream is told by its type`(type: String, isStream: Bool) {
        var head = ResponseHead(status: 200)
        head.add(name: "content-type".utf8Span.span, value: type.utf8Span.span, ownKey: false)
        #expect(head.isEventStream == isStream)
    }

    @Test(arguments: [("identity", false), ("", false), ("gzip", true), ("br", true)])
    func `a compressed body is noticed`(encoding: String, isEncoded: Bool) {
        var head = ResponseHead(status: 200)
        head.add(
            name: "content-encoding".utf8Span.span,
            value: encoding.utf8Span.span,
            ownKey: false
        )
        #expect(head.isEncoded == isEncoded)
    }

    @Test(
        arguments: [
            ("30", 30), ("0", 0), ("999999999", 999_999_999), ("9999999999", nil), ("", nil),
            ("-1", nil), ("1.5", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil), (" 1", nil),
        ] as [(String, Int?)]
    )
    func `Retry-After is read where it is a number`(value: String, seconds: Int?) {
        var head = ResponseHead(status: 429)
        head.add(name: "retry-after".utf8Span.span, value: value.utf8Span.span, ownKey: false)
        #expect(head.retryAfter == seconds)
    }

    // MARK: Our own

    @Test func `our own headers say who served and how`() {
        var additions = ResponseHead.Additions(requestID: "rq_1")
        additions.model = "alpha:m"
        additions.attempts = 3
        additions.rejected = ["x (model unknown: 'x')", "y (model unknown: 'y')"]
        additions.serverTiming = ServerTiming(
            gateway: .microseconds(100),
            upstream: .milliseconds(20)
        )
        additions.isStream = true
        additions.contentType = "text/event-stream"
        #expect(
            Answer(ResponseHead(status: 200).lines(additions)).lines == [
                "Status: 200 OK", "Content-Type: text/event-stream", "Ngrok-AIG-Request-Id: rq_1",
                "Ngrok-AIG-Model: alpha:m", "Ngrok-AIG-Attempts: 3",
                "Ngrok-AIG-Rejected-Models: x (model unknown: 'x'), y (model unknown: 'y')",
                "Server-Timing: gateway;dur=0.1, upstream;dur=20.0", "X-Accel-Buffering: no",
            ]
        )
    }

    @Test func `a model's name can't begin a header`() {
        var additions = ResponseHead.Additions(requestID: "rq_1")
        additions.model = "a:b\r\nX-Accel-Redirect: /etc/passwd\r\n\r\n<html>\u{e9}\u{0}%"
        additions.rejected = ["x\nStatus: 500", "\r\n\r\n"]
        let answer = Answer(ResponseHead(status: 200).lines(additions))
        #expect(
            answer.names == [
                "status", "ngrok-aig-request-id", "ngrok-aig-model", "ngrok-aig-rejected-models",
            ]
        )
        #expect(answer.body.isEmpty)
        #expect(
            answer["Ngrok-AIG-Model"]
                == "a:b%0D%0AX-Accel-Redirect: /etc/passwd%0D%0A%0D%0A<html>%C3%A9%00%25"
        )
    }

    @Test(arguments: [0, 1, 1023, 1024, 1025, 100_000], ["a", "ü", "\n", "%"])
    func `a value of ours ends at one KiB, never within an escape`(count: Int, text: String) {
        let value = headerValue(String(repeating: text, count: count))
        #expect(value.utf8.count <= 1024)
        #expect(value.utf8.count > min(count, 1024 - 3) - 1)
        #expect(percentDecoded(value.utf8).allSatisfy { String($0) == text || text == "ü" })
        #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        if text != "a" { #expect(value.utf8.count % 3 == 0) }
    }
}
