import JSON
import Model
import Platform
import Relay

/// The callers of the command line who watch requests as they end (`tail`, `top`).
///
/// A line is an access log line, or a notice: an object whose first member is `notice`.
final class LiveStreams {
    private struct Stream {
        let watcher: LiveWatcher
        let caller: ControlConnection
    }

    private let feed: LiveFeed
    private let wake: @Sendable (Int) -> Void
    private var streams: [Int: Stream] = [:]
    private var last = 0

    /// Nobody watches yet.
    ///
    /// - Parameter wake: called on any thread with the number of a stream that has something to send.
    init(_ feed: LiveFeed, wake: @escaping @Sendable (Int) -> Void) {
        self.feed = feed
        self.wake = wake
    }

    /// A caller watches from now on.
    func begin(_ filter: LiveFilter, for caller: ControlConnection) {
        last += 1
        let number = last
        guard let watcher = feed.watch(filter, wake: { [wake] in wake(number) }) else {
            return caller.answer(Self.refusal)
        }
        streams[number] = Stream(watcher: watcher, caller: caller)
        caller.stream(first: Self.notice("watching")) {
            Self.bytes(of: watcher.take())
        } left: { [unowned self] in
            feed.forget(watcher)
            streams[number] = nil
        }
    }

    /// There is something to send.
    func send(_ number: Int) {
        streams[number]?.caller.sendMore()
    }

    /// Tells all that another worker serves new requests: they watch that one too.
    func tellDraining() {
        for stream in streams.values { stream.caller.say(Self.notice("draining")) }
    }

    private static func bytes(of taken: (lines: [[UInt8]], lostCount: Int)) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(taken.lines.reduce(0) { $0 + $1.count + 1 })
        for line in taken.lines {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        if taken.lostCount > 0 { bytes += notice("lost", count: taken.lostCount) }
        return bytes
    }

    private static let refusal: [UInt8] = {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("notice")
        writer.string("refused")
        writer.endObject()
        return writer.bytes
    }()

    private static func notice(_ word: String, count: Int? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("notice")
        writer.string(word)
        if let count {
            writer.key("count")
            writer.integer(count)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
