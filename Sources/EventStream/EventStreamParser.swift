/// Whether all of an event's data is there.
package enum EventExtent: Sendable {
    /// All of it.
    case whole
    /// Only the beginning: a line or the event was over its limit.
    case cut
}

/// Splits a stream of server-sent events, in whatever pieces it comes.
///
/// The rules are those of the WHATWG event stream: lines end in CR, LF or CRLF, a byte order mark
/// at the very beginning is dropped, comments are skipped, several `data` lines become one text. An
/// event's `id` and `retry` mean nothing to a gateway and are skipped too. Memory is bounded: of a
/// line or an event over its limit only the beginning is kept.
package struct EventStreamParser: Sendable {
    /// What is told of an event; the spans are valid for the call only.
    package typealias Emit = (
        _ name: Span<UInt8>, _ data: Span<UInt8>, _ extent: EventExtent
    ) -> Void

    /// Memory kept between events; a buffer that grew larger is given back.
    private static let keptCapacity = 4096

    private let lineLimit: Int
    private let eventLimit: Int
    /// How many lines were over the limit.
    package private(set) var oversizedLineCount = 0

    /// The beginning of a line that ends in bytes yet to come.
    private var carry: [UInt8] = []
    private var isLineOversized = false
    private var isFirstLine = true
    private var endedInCarriageReturn = false

    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var extent = EventExtent.whole

    /// A parser at the start of a stream.
    package init(lineLimit: Int = 1 << 20, eventLimit: Int = 1 << 20) {
        self.lineLimit = lineLimit
        self.eventLimit = eventLimit
    }

    /// Takes bytes and tells the events that end in them.
    package mutating func feed(_ bytes: Span<UInt8>, _ emit: Emit) {
        var start = 0
        if endedInCarriageReturn, !bytes.isEmpty {
            if bytes[0] == 0x0A { start = 1 }
            endedInCarriageReturn = false
        }
        while start < bytes.count {
            let end = endOfLine(bytes, from: start)
            let part = bytes.extracting(start..<end)
            guard end < bytes.count else {
                keep(part)
                return
            }
            takeLine(endingIn: part, emit)
            start = end + 1
            if bytes[end] == 0x0D {
                if start == bytes.count {
                    endedInCarriageReturn = true
                } else if bytes[start] == 0x0A {
                    start += 1
                }
            }
        }
    }

    /// Tells the event that the stream's end cut off before its empty line.
    ///
    /// A client drops such an event; whoever counts tokens may want it all the same.
    package mutating func finish(_ emit: Emit) {
        if !carry.isEmpty || isLineOversized { takeLine(endingIn: Span(), emit) }
        takeLine(endingIn: Span(), emit)
    }

    /// Keeps the beginning of a line, up to the limit.
    private mutating func keep(_ part: Span<UInt8>) {
        let room = lineLimit - carry.count
        if part.count > room { isLineOversized = true }
        carry.append(part, upTo: room)
    }

    private mutating func takeLine(endingIn part: Span<UInt8>, _ emit: Emit) {
        if carry.isEmpty, part.count <= lineLimit, !isLineOversized {
            take(line: part, emit)
            return
        }
        keep(part)
        if isLineOversized {
            oversizedLineCount += 1
            if carry.first != UInt8(ascii: ":") { extent = .cut }
        }
        var line: [UInt8] = []
        swap(&line, &carry)
        take(line: line.span, emit)
        isLineOversized = false
        swap(&line, &carry)
        carry.clear(keeping: Self.keptCapacity)
    }

    private mutating func take(line: Span<UInt8>, _ emit: Emit) {
        var start = 0
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        }
        if start == line.count {
            endEvent(emit)
        } else if let value = value(of: "data", line, start) {
            takeData(line.extracting(value...))
        } else if let value = value(of: "event", line, start) {
            name.clear(keeping: Self.keptCapacity)
            name.append(line.extracting(value...), upTo: eventLimit)
        }
    }

    /// Where the value of this field begins; nil when the line is another field's, or a comment.
    private func value(of field: StaticString, _ line: Span<UInt8>, _ start: Int) -> Int? {
        let end = start + field.utf8CodeUnitCount
        guard line.count >= end else { return nil }
        for offset in 0..<field.utf8CodeUnitCount {
            let byte = unsafe field.utf8Start[offset]
            if line[start + offset] != byte { return nil }
        }
        if line.count == end { return end }
        guard line[end] == UInt8(ascii: ":") else { return nil }
        let hasSpace = end + 1 < line.count && line[end + 1] == UInt8(ascii: " ")
        return end + (hasSpace ? 2 : 1)
    }

    private mutating func takeData(_ value: Span<UInt8>) {
        if hasData {
            guard data.count < eventLimit else {
                extent = .cut
                return
            }
            data.append(0x0A)
        }
        hasData = true
        let room = max(0, eventLimit - data.count)
        if value.count > room { extent = .cut }
        data.append(value, upTo: room)
    }

    private mutating func endEvent(_ emit: Emit) {
        if hasData { emit(name.span, data.span, extent) }
        name.clear(keeping: Self.keptCapacity)
        data.clear(keeping: Self.keptCapacity)
        hasData = false
        extent = .whole
    }
}

extension [UInt8] {
    /// Appends bytes, as many as there is room for.
    fileprivate mutating func append(_ bytes: Span<UInt8>, upTo room: Int) {
        let part = bytes.extracting(first: Swift.max(0, room))
        unsafe part.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Empties the array; memory beyond what is kept goes back.
    fileprivate mutating func clear(keeping kept: Int) {
        removeAll(keepingCapacity: capacity <= kept)
    }
}

extension Span<UInt8> {
    fileprivate func starts(with prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        return prefix.indices.allSatisfy { self[$0] == prefix[$0] }
    }
}
