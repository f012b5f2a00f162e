import JSON
import Testing

@testable import provider_simulator

/// Answers as streams, put together and read again.
@Suite struct ScriptTests {
    private func reply(_ text: String, cue: Cue = Cue()) -> Reply {
        var question = Question(model: "sim")
        question.text = text
        return Reply(to: question, cue: cue, id: "1", created: 1)
    }

    private func events(_ script: StreamScript, stamp: UInt64? = nil) throws -> [JSONValue] {
        var bytes = script.opening
        for index in 0..<script.count { script.append(index, stamp: stamp, to: &bytes) }
        bytes += script.closing
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return try lines.filter { $0.hasPrefix("data: {") }.map { line in
            try JSONDocument.parse(Array(line.dropFirst("data: ".count).utf8).span).root
        }
    }

    private let text = "zwölf \"Boxkämpfer\" jagen\n😀 Viktor"

    @Test func `the chunks of a chat add up to the text`() throws {
        let events = try events(ChatShape.script(reply(text), includesUsage: true))
        let deltas = events.compactMap {
            $0["choices"]?.elements.first?["delta"]?["content"]?.string
        }
        #expect(deltas.joined() == text)
        #expect(events.last?["usage"]?["completion_tokens"]?.integer == 4)
        #expect(events.last?["choices"]?.elements.isEmpty == true)
    }

    @Test func `usage comes only when it is asked for`() throws {
        let events = try events(ChatShape.script(reply(text), includesUsage: false))
        #expect(events.allSatisfy { $0["usage"] == nil })
    }

    @Test func `the events of a message add up to the text`() throws {
        let events = try events(MessagesShape.script(reply(text)))
        #expect(events.compactMap { $0["delta"]?["text"]?.string }.joined() == text)
        #expect(events.first?["type"]?.string == "message_start")
        #expect(events.last?["type"]?.string == "message_stop")
    }

    @Test func `the events of a response are numbered without a gap`() throws {
        let events = try events(ResponsesShape.script(reply(text)))
        let numbers = events.compactMap { $0["sequence_number"]?.integer }
        #expect(numbers == (0..<Int64(events.count)).map { $0 })
        #expect(events.compactMap { $0["delta"]?.string }.joined() == text)
        let last = events.last
        #expect(last?["response"]?["output"]?.elements.first?["status"]?.string == "completed")
    }

    @Test func `plain answers say the text`() throws {
        let reply = reply(text)
        let chat = try JSONDocument.parse(Array(ChatShape.whole(reply).utf8).span).root
        #expect(chat["choices"]?.elements.first?["message"]?["content"]?.string == text)
        let message = try JSONDocument.parse(Array(MessagesShape.whole(reply).utf8).span).root
        #expect(message["content"]?.elements.first?["text"]?.string == text)
        let response = try JSONDocument.parse(Array(ResponsesShape.whole(reply).utf8).span).root
        let content = response["output"]?.elements.first?["content"]
        #expect(content?.elements.first?["text"]?.string == text)
    }

    @Test func `a stamp leads the text of each event`() throws {
        let script = ChatShape.script(
            reply("x", cue: try .parse("sim+events=1")),
            includesUsage: false
        )
        let events = try events(script, stamp: 1234)
        let content = events[1]["choices"]?.elements.first?["delta"]?["content"]?.string
        #expect(content?.hasPrefix("~0000000000000001234~") == true)
    }

    @Test func `made-up text has the number and size of events asked for`() throws {
        let cue = try Cue.parse("sim+events=7+size=200")
        let script = ChatShape.script(reply("x", cue: cue), includesUsage: false)
        #expect(script.count == 7)
        #expect(script.sections.flatMap(\.pieces).map(\.count) == [200])
    }

    @Test func `a huge line comes first, the text after it`() throws {
        let script = ChatShape.script(
            reply("a b", cue: try .parse("sim+hugeline=1MB")),
            includesUsage: false
        )
        #expect(script.sections.flatMap(\.pieces).map(\.count) == [1_000_000, 2, 1])
    }
}
