import Model
import Relay
import Testing

@testable import Server

@Suite struct `Events of the API` {
    @Test func `lines are events, and what was lost is told`() throws {
        let feed = LiveFeed()
        let watcher = try #require(feed.watch(LiveFilter()) {})
        let source = EventSource(number: 1, filter: LiveFilter(), watcher: watcher)
        #expect(source.take().isEmpty)
        for number in 0..<(Limits.liveLines + 2) {
            feed.tell(LiveLine(Array(#"{"n":\#(number)}"#.utf8)))
        }
        let text = String(decoding: source.take(), as: UTF8.self)
        let events = text.split(separator: "\n\n")
        #expect(events.count == Limits.liveLines + 1)
        #expect(events.first == "event: request\ndata: {\"n\":0}")
        #expect(events.last == "event: lost\ndata: {\"count\":2}")
        #expect(source.take().isEmpty)
    }
}
