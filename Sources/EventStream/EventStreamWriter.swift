/// Writes server-sent events into a buffer that can be used again.
package struct EventStreamWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// A writer with nothing written.
    package init() {}

    /// Begins anew; with the memory of before when so asked.
    package mutating func removeAll(keepingCapacity: Bool = false) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
    }

    /// Writes an event; a line break in the data begins another `data` line.
    package mutating func event(_ name: String? = nil, data: Span<UInt8>) {
        if let name {
            bytes.append(contentsOf: "event: ".utf8)
            bytes.append(contentsOf: name.utf8.filter { $0 != 0x0A && $0 != 0x0D })
            bytes.append(0x0A)
        }
        lines("data: ", data)
        bytes.append(0x0A)
    }

    /// Writes an event of this text.
    package mutating func event(_ name: String? = nil, data: String) {
        event(name, data: data.utf8Span.span)
    }

    /// Writes a comment, which every client skips.
    package mutating func comment(_ text: String) {
        lines(": ", text.utf8Span.span)
        bytes.append(0x0A)
    }

    /// Writes each line of a text after the prefix.
    private mutating func lines(_ prefix: String, _ text: Span<UInt8>) {
        bytes.append(contentsOf: prefix.utf8)
        var follows: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D || follows != 0x0D {
                    bytes.append(0x0A)
                    bytes.append(contentsOf: prefix.utf8)
                }
            } else {
                bytes.append(byte)
            }
            follows = byte
        }
        bytes.append(0x0A)
    }
}
