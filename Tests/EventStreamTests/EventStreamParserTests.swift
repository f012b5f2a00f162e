import EventStream
import Testing

@Suite struct `Event stream parser` {
    struct Event: Equatable, CustomStringConvertible {
        let name: String
        let data: String
        var isCut = false

        var description: String { "\(name)|\(data)\(isCut ? "|cut" : "")" }
    }

    static let streams: [(text: String, events: [Event])] = [
        ("data: a\n\n", [Event(name: "", data: "a")]),
        ("data:a\n\ndata:  b\n\n", [Event(name: "", data: "a"), Event(name: "", data: " b")]),
        (
            "event: x\ndata: 1\n\ndata: 2\n\n",
            [Event(name: "x", data: "1"), Event(name: "", data: "2")]
        ),
        ("data: a\ndata\ndata: b\n\n", [Event(name: "", data: "a\n\nb")]),
        ("data\n\n", [Event(name: "", data: "")]),
        ("data:\ndata:\n\n", [Event(name: "", data: "\n")]),
        (": comment\n\n:\n\ndata: a\n: inside\n\n", [Event(name: "", data: "a")]),
        ("event: empty\n\ndata: a\n\n", [Event(name: "", data: "a")]),
        ("event: a\nevent: b\ndata: 1\n\n", [Event(name: "b", data: "1")]),
        ("id: 7\nretry: 10\nnonsense\ndatax: 1\ndat: 2\ndata: a\n\n", [Event(name: "", data: "a")]),
        ("event: x\r\ndata: a\r\ndata: b\r\n\r\n", [Event(name: "x", data: "a\nb")]),
        (
            "event: x\rdata: a\r\rdata: b\r\r",
            [Event(name: "x", data: "a"), Event(name: "", data: "b")]
        ),
        ("data: a\r\n\ndata: b\n\r\n", [Event(name: "", data: "a"), Event(name: "", data: "b")]),
        ("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", [Event(name: "", data: "a")]),
        ("\u{FEFF}\ndata: a\n\n", [Event(name: "", data: "a")]),
        ("\n\n\r\n\rdata: é漢😀\n\n", [Event(name: "", data: "é漢😀")]),
        ("data: {\"a\":\"b: c\"}\n\n", [Event(name: "", data: "{\"a\":\"b: c\"}")]),
        ("data: unfinished\n", []),
        ("data: unfinished", []),
        ("", []),
    ]

    /// Streams for a parser that takes lines of 12 bytes and events of 20.
    static let oversizedStreams: [(text: String, events: [Event])] = [
        (
            "data: 0123456789\ndata: b\n\ndata: c\n\n",
            [Event(name: "", data: "012345\nb", isCut: true), Event(name: "", data: "c")]
        ),
        (": 0123456789 a long comment\ndata: a\n\n", [Event(name: "", data: "a")]),
        ("ignored: 0123456789\n\ndata: a\n\n", [Event(name: "", data: "a")]),
        (
            "data: aaaa\ndata: bbbb\ndata: cccc\ndata: dddd\ndata: e\n\ndata: f\n\n",
            [
                Event(name: "", data: "aaaa\nbbbb\ncccc\ndddd\n", isCut: true),
                Event(name: "", data: "f"),
            ]
        ),
    ]

    private func parse(_ pieces: [ArraySlice<UInt8>], by parser: EventStreamParser) -> [Event] {
        var parser = parser
        var events: [Event] = []
        for piece in pieces {
            parser.feed(Array(piece).span) { name, data, extent in
                events.append(Event(name: text(name), data: text(data), isCut: extent == .cut))
            }
        }
        return events
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    @Test(arguments: streams.indices)
    func `a stream's events are the same whatever the pieces`(index: Int) {
        expectSameEvents(Self.streams[index], by: EventStreamParser())
    }

    @Test(arguments: oversizedStreams.indices)
    func `an oversized line or event is cut and its neighbours are not`(index: Int) {
        let parser = EventStreamParser(lineLimit: 12, eventLimit: 20)
        expectSameEvents(Self.oversizedStreams[index], by: parser)
    }

    /// Feeds the stream whole, byte by byte, and split at each offset and pair of offsets.
    private func expectSameEvents(
        _ stream: (text: String, events: [Event]),
        by parser: EventStreamParser
    ) {
        let bytes = Array(stream.text.utf8)
        #expect(parse([bytes[...]], by: parser) == stream.events)
        #expect(parse(bytes.indices.map { bytes[$0...$0] }, by: parser) == stream.events)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                #expect(
                    parse(pieces, by: parser) == stream.events,
                    "split at \(first) and \(second)"
                )
            }
        }
    }

    @Test(arguments: ["data: a", "data: a\n", "data: a\r", "data: a\r\n"])
    func `the end tells the event it cut off`(stream: String) {
        var parser = EventStreamParser()
        var events: [String] = []
        parser.feed(Array(stream.utf8).span) { _, data, _ in events.append(text(data)) }
        #expect(events.isEmpty)
        parser.finish { _, data, _ in events.append(text(data)) }
        #expect(events == ["a"])
        parser.finish { _, data, _ in events.append(text(data)) }
        #expect(events == ["a"])
    }

    @Test func `oversized lines are counted and never kept whole`() {
        var parser = EventStreamParser(lineLimit: 100, eventLimit: 1000)
        var events: [String] = []
        let block = Array(repeating: UInt8(ascii: "x"), count: 1000)
        parser.feed(Array("data: ".utf8).span) { _, _, _ in }
        for _ in 0..<1000 { parser.feed(block.span) { _, _, _ in } }
        parser.feed(Array("\n\ndata: next\n\n".utf8).span) { _, data, extent in
            events.append("\(data.count) \(extent)")
        }
        #expect(events == ["94 cut", "4 whole"])
        #expect(parser.oversizedLineCount == 1)
    }

    @Test func `a line at the limit is whole`() {
        var parser = EventStreamParser(lineLimit: 10, eventLimit: 10)
        var events: [String] = []
        parser.feed(Array("data: abcd\n\ndata: abcde\n\n".utf8).span) { _, data, extent in
            events.append("\(text(data)) \(extent)")
        }
        #expect(events == ["abcd whole", "abcd cut"])
        #expect(parser.oversizedLineCount == 1)
    }

    @Test(arguments: ["data\n", "data:\n", "data: x\n"])
    func `many lines of data stay under the limit of an event`(line: String) {
        var parser = EventStreamParser(lineLimit: 10, eventLimit: 10)
        var events: [String] = []
        let lines = Array(String(repeating: line, count: 1000).utf8)
        parser.feed(lines.span) { _, _, _ in }
        parser.feed(Array("\ndata: next\n\n".utf8).span) { _, data, extent in
            events.append("\(data.count) \(extent)")
        }
        #expect(events == ["10 cut", "4 whole"])
    }
}
