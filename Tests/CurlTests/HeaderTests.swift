import Curl
import Testing

/// Header lines that go out and header fields that come back.
@Suite struct HeaderTests {
    @Test(arguments: [
        ("X-A", "a\r\nX-B: b"), ("X-A", "a\nb"), ("X-A", "a\rb"), ("X-A", "a\0b"), ("", "a"),
        ("X A", "a"), ("X:A", "a"), ("X\r\nA", "a"), ("X-\u{E9}", "a"), ("Content-Length", "1"),
        ("transfer-encoding", "chunked"), ("Expect", "100-continue"), ("Connection", "close"),
        ("TE", "trailers"), ("Upgrade", "h2c"),
    ])
    func `a line that breaks the request is refused`(name: String, value: String) {
        var lines = HeaderLines()
        lines.append(name: "X-Good", value: "1")
        lines.append(name: name, value: value)
        #expect(lines.refusedName != nil)
        #expect(lines.count == 1)
    }

    @Test func `values of any other bytes are kept`() {
        var lines = HeaderLines()
        lines.append(name: "X-A", value: "\u{E9}\t\u{1F600} ;:,")
        lines.append(name: "X-B", value: [0x80, 0xFF, 0x01].span)
        lines.append(name: "X-C", value: "")
        #expect(lines.refusedName == nil)
        #expect(lines.count == 3)
    }

    /// The head that an upstream sends, and the fields that are seen.
    static let heads: [(String, [String])] = [
        ("Content-Type: text/plain\r\n", ["content-type=text/plain"]),
        ("X-A:1\r\nx-a:  2 \t\r\n", ["x-a=1", "x-a=2"]),
        ("X-A: one\r\n two\r\n\tthree\r\nX-B: 2\r\n", ["x-a=one two three", "x-b=2"]),
        ("X-Empty:\r\n", ["x-empty="]),
        ("X Bad: 1\r\n folded\r\nX-A: 1\r\n", ["x-a=1"]),
        ("X-Bare: a\rb\r\nX-A: 1\r\n", ["x-a=1"]),
        ("X-LF: 1\nX-A: 2\n", ["x-lf=1", "x-a=2"]),
        ("X-\u{E9}: 1\r\nX-A: \u{E9}\r\n", ["x-a=\u{E9}"]),
        ("X-A: a:b\r\n", ["x-a=a:b"]),
    ]

    @Test(arguments: heads)
    func `fields come in small letters and trimmed`(fields: String, seen: [String]) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("x", fields: fields))
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(recorder.outcome == .complete)
        let kept = recorder.fields.filter { $0.name != "content-length" }
        #expect(kept.map { "\($0.name)=\($0.value)" } == seen)
    }

    @Test func `informational heads are skipped`() throws {
        let bench = try Bench()
        let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        let upstream = try ScriptedUpstream(
            on: bench.loop,
            always: "HTTP/1.1 100 Continue\r\n\r\n" + hints + hints
                + answer("x", fields: "X-A: 1\r\n")
        )
        for _ in 0..<2 {
            let recorder = bench.perform(bench.get(upstream.url()))
            #expect(recorder.headCount == 1)
            #expect(recorder.status == 200)
            #expect(recorder.values(of: "link").isEmpty)
            #expect(recorder.values(of: "x-a") == ["1"])
        }
        #expect(upstream.peers.count == 1)
    }
}
