/// Cuts a stream of server-sent events into whole ones and leaves their bytes as they are.
package struct EventSplitter: Sendable {
    /// The bytes that an event may take before it is let through in pieces.
    private let limit: Int
    /// The beginning of an event that ends in bytes yet to come.
    package private(set) var rest: [UInt8] = []
    /// Whether an event was over the limit, so that a piece of one went through.
    package private(set) var hasCutAnEvent = false

    /// A splitter at the start of a stream.
    package init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// Takes bytes and tells every event that ends in them, with its empty line.
    package mutating func feed(_ bytes: Span<UInt8>, _ emit: (Span<UInt8>) -> Void) {
        let known = rest.count
        unsafe bytes.withUnsafeBufferPointer { unsafe rest.append(contentsOf: $0) }
        var taken = 0
        // An empty line may have begun in the bytes before.
        var position = max(0, known - 3)
        while let end = Self.endOfEvent(rest.span, from: max(position, taken)) {
            emit(rest.span.extracting(taken..<end))
            taken = end
            position = end
        }
        rest.removeFirst(taken)
        guard rest.count > limit else { return }
        hasCutAnEvent = true
        emit(rest.span)
        rest = []
    }

    /// Takes what is left when the stream is over.
    package mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }

    /// Behind the first empty line: two ends of lines in a row, each CR, LF or CRLF.
    ///
    /// A CR that is the last byte may be half of a CRLF: what comes next tells.
    private static func endOfEvent(_ text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while true {
            let first = endOfLine(text, from: position)
            guard let second = behindLineEnd(text, first) else { return nil }
            if second < text.count, text[second] == 0x0A || text[second] == 0x0D {
                return behindLineEnd(text, second)
            }
            position = second
        }
    }

    private static func behindLineEnd(_ text: Span<UInt8>, _ end: Int) -> Int? {
        guard end < text.count else { return nil }
        if text[end] == 0x0A { return end + 1 }
        guard end + 1 < text.count else { return nil }
        return text[end + 1] == 0x0A ? end + 2 : end + 1
    }
}
