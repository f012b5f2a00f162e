import EventStream
import JSON
import Model
import Relay

/// Where the events of one stream of the API come from.
struct EventSource {
    /// What the loop knows it by.
    let number: Int
    /// Which requests are told of.
    let filter: LiveFilter
    /// What gathers them.
    let watcher: LiveWatcher

    /// How often a client hears that the stream is alive.
    static let heartbeat: Duration = .seconds(15)

    /// What is sent first.
    static let beginning = event("watching") { _ in }

    /// What says that the stream is alive: a comment, which clients skip.
    static let sign: [UInt8] = {
        var writer = EventStreamWriter()
        writer.comment("still here")
        return writer.bytes
    }()

    /// The events that wait: one for each request that has ended, and how many found no room.
    func take() -> [UInt8] {
        let (lines, lostCount) = watcher.take()
        var writer = EventStreamWriter()
        for line in lines { writer.event("request", data: line.span) }
        guard lostCount > 0 else { return writer.bytes }
        let lost = EventSource.event("lost") {
            $0.key("count")
            $0.integer(lostCount)
        }
        return writer.bytes + lost
    }

    private static func event(_ name: String, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        var writer = EventStreamWriter()
        writer.event(name, data: json.bytes.span)
        return writer.bytes
    }
}
