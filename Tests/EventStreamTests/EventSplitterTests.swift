import Testing

@testable import EventStream

@Suite struct `A splitter of events` {
    private func split(_ parts: [[UInt8]], limit: Int = 1 << 20) -> (events: [String], rest: String)
    {
        var splitter = EventSplitter(limit: limit)
        var events: [String] = []
        for part in parts {
            splitter.feed(part.span) { event in
                events.append(
                    unsafe event.withUnsafeBufferPointer {
                        unsafe String(decoding: $0, as: UTF8.self)
                    }
                )
            }
        }
        return (events, String(decoding: splitter.takeRest(), as: UTF8.self))
    }

    private static let streams: [(String, [String], String)] = [
        ("data: a\n\ndata: b\n\n", ["data: a\n\n", "data: b\n\n"], ""),
        ("data: a\r\n\r\n: c\r\n\r\ndata", ["data: a\r\n\r\n", ": c\r\n\r\n"], "data"),
        ("event: x\ndata: a\ndata: b\n\nda", ["event: x\ndata: a\ndata: b\n\n"], "da"),
        ("a\r\rb\n\n", ["a\r\r", "b\n\n"], ""),
        ("a\r\n\nb\n\r\nc", ["a\r\n\n", "b\n\r\n"], "c"),
        ("a", [], "a"), ("", [], ""), ("\n\n", ["\n\n"], ""),
    ]

    @Test(arguments: streams)
    func `cuts behind each empty line and changes no byte`(
        stream: String,
        events: [String],
        rest: String
    ) {
        let bytes = Array(stream.utf8)
        let whole = split([bytes])
        #expect(whole.events == events)
        #expect(whole.rest == rest)
        let single = split(bytes.map { [$0] })
        #expect(single.events == events)
        #expect(single.rest == rest)
        for place in bytes.indices {
            let two = split([Array(bytes[..<place]), Array(bytes[place...])])
            #expect(two.events == events)
            #expect(two.rest == rest)
        }
    }

    @Test func `lets an event over the limit through in pieces`() {
        var splitter = EventSplitter(limit: 8)
        var sent = 0
        splitter.feed(Array("data: 0123456789".utf8).span) { sent += $0.count }
        #expect(sent == 16)
        #expect(splitter.hasCutAnEvent)
        #expect(splitter.rest.isEmpty)
    }
}
