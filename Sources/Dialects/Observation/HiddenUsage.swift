import EventStream
import JSON

/// Takes out of a stream of chat completions what its client did not ask for.
///
/// The gateway asks every provider that it pays to tell the usage (`stream_options.include_usage`);
/// a client that did not gets neither the chunk that has it nor the `"usage":null` of the others.
/// All other bytes are as the provider sent them.
package struct HiddenUsage: Sendable {
    private static let chunk = MemberScanner(["usage", "choices", "error"])

    private var splitter = EventSplitter()

    /// At the start of a stream.
    package init() {}

    /// What the client gets of these bytes: whole events.
    package mutating func take(_ bytes: Span<UInt8>) -> [UInt8] {
        var shown: [UInt8] = []
        splitter.feed(bytes) { event in Self.show(event, in: &shown) }
        return shown
    }

    /// What the client gets of bytes that never became an event.
    package mutating func takeRest() -> [UInt8] { splitter.takeRest() }

    private static func show(_ event: Span<UInt8>, in shown: inout [UInt8]) {
        guard ByteSearch.holds(event, "\"usage\""), let range = object(of: event),
            let members = chunk.members(in: range, of: event), let usage = members[0]
        else { return append(event, to: &shown) }
        if usage.kind == .null {
            var splice = Splice(members)
            splice.remove(usage)
            shown += splice.edits.applied(to: event)
        } else if members.hasFilled(1..<3, in: event) {
            append(event, to: &shown)
        }
    }

    /// Where the object of an event stands that has one line of data; nil for any other event.
    private static func object(of event: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < event.count, event[start] != UInt8(ascii: "{") {
            if event[start] == 0x0A { return nil }
            start += 1
        }
        var end = event.count
        while end > start, event[end - 1] != UInt8(ascii: "}") { end -= 1 }
        guard start < end else { return nil }
        for place in start..<end where event[place] == 0x0A { return nil }
        return start..<end
    }

    private static func append(_ event: Span<UInt8>, to shown: inout [UInt8]) {
        unsafe event.withUnsafeBufferPointer { unsafe shown.append(contentsOf: $0) }
    }
}
