/// What stands behind a header's value: `; name=value`, as often as it comes (RFC 9110, 5.6.6).
struct HeaderParameters {
    /// One of them.
    struct Parameter {
        /// The name in lower case.
        let name: String
        /// The value as it is written, without its quotes.
        let written: [UInt8]
        /// The value with its backslashes undone.
        let value: [UInt8]
        let isQuoted: Bool
    }

    /// The value itself, in lower case.
    let head: String
    /// In the order they came.
    let list: [Parameter]

    /// Nil where two readers could see different things.
    init?(_ bytes: Span<UInt8>) {
        var position = 0
        head =
            HeaderParameters.token(bytes, from: &position, andAlso: UInt8(ascii: "/"))
            .map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
        var list: [Parameter] = []
        HeaderParameters.skipBlanks(bytes, from: &position)
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: ";") else { return nil }
            position += 1
            HeaderParameters.skipBlanks(bytes, from: &position)
            // A semicolon at the very end is common, and says nothing.
            if position == bytes.count { break }
            guard let next = HeaderParameters.parameter(bytes, from: &position) else { return nil }
            list.append(next)
            HeaderParameters.skipBlanks(bytes, from: &position)
        }
        self.list = list
    }

    private static func parameter(
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) -> Parameter? {
        guard let name = token(bytes, from: &position), position < bytes.count,
            bytes[position] == UInt8(ascii: "=")
        else { return nil }
        position += 1
        let lower = String(decoding: name, as: UTF8.self).lowercased()
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            return quoted(bytes, from: &position).map {
                Parameter(name: lower, written: $0.written, value: $0.value, isQuoted: true)
            }
        }
        return word(bytes, from: &position).map {
            Parameter(name: lower, written: $0, value: $0, isQuoted: false)
        }
    }

    private static func token(
        _ bytes: Span<UInt8>,
        from position: inout Int,
        andAlso other: UInt8? = nil
    ) -> [UInt8]? {
        let start = position
        while position < bytes.count, isTokenByte(bytes[position]) || bytes[position] == other {
            position += 1
        }
        return position > start ? bytes.bytes(in: start..<position) : nil
    }

    /// A value without quotes: more than a token may hold, as clients write boundaries like that.
    private static func word(_ bytes: Span<UInt8>, from position: inout Int) -> [UInt8]? {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, bytes[position] != 0x7F,
            bytes[position] != UInt8(ascii: ";"), bytes[position] != UInt8(ascii: "\"")
        {
            position += 1
        }
        return position > start ? bytes.bytes(in: start..<position) : nil
    }

    private static func quoted(
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) -> (written: [UInt8], value: [UInt8])? {
        position += 1
        let start = position
        var value: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\") { position += 1 }
            guard position < bytes.count else { return nil }
            value.append(bytes[position])
            position += 1
        }
        guard position < bytes.count else { return nil }
        let written = bytes.bytes(in: start..<position)
        position += 1
        return (written, value)
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, from position: inout Int) {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
            position += 1
        }
    }
}

/// Whether a byte may stand in a token (RFC 9110, 5.6.2).
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "!"), UInt8(ascii: "#"),
        UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
        UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}
