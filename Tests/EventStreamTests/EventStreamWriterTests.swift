import EventStream
import Testing

@Suite struct `Event stream writer` {
    @Test(arguments: [
        (nil, "{}", "data: {}\n\n"), ("error", "x", "event: error\ndata: x\n\n"),
        (nil, "", "data: \n\n"),
        (nil, "a\nb\r\nc\rd\n", "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
        (nil, "\n\n\r\r", "data: \ndata: \ndata: \ndata: \ndata: \n\n"),
        ("a\nb", "x", "event: ab\ndata: x\n\n"),
    ])
    func `an event is written line by line`(name: String?, data: String, expected: String) {
        var writer = EventStreamWriter()
        writer.event(name, data: data)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `a comment never becomes an event`() {
        var writer = EventStreamWriter()
        writer.comment("waiting\n\ndata: forged")
        var parser = EventStreamParser()
        parser.feed(writer.bytes.span) { _, _, _ in Issue.record("an event") }
        #expect(writer.bytes == Array(": waiting\n: \n: data: forged\n\n".utf8))
    }

    @Test(arguments: ["", "a", "a\nb", "\n", "é\n\n😀", "  spaces "])
    func `the parser reads what the writer wrote`(data: String) {
        var writer = EventStreamWriter()
        writer.event("name", data: data)
        writer.event(data: "last")
        var parser = EventStreamParser()
        var events: [String] = []
        parser.feed(writer.bytes.span) { name, data, _ in
            events.append(text(name))
            events.append(text(data))
        }
        #expect(events == ["name", data, "", "last"])
    }

    @Test func `a writer used again begins anew`() {
        var writer = EventStreamWriter()
        writer.event(data: "a")
        writer.removeAll(keepingCapacity: true)
        writer.event(data: "b")
        #expect(writer.bytes == Array("data: b\n\n".utf8))
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
