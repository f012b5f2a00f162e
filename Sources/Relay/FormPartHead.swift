import Model

/// The headers of one part of a form, as far as they matter.
struct FormPartHead {
    /// Whether the part's name is `model`, however it is spelled.
    private(set) var isModel = false
    /// Whether its content is a value as it stands: no file, and not encoded.
    private(set) var isPlain = true
    private var hasDisposition = false

    /// Reads the headers at `position`, which moves behind the empty line that ends them.
    init(_ bytes: Span<UInt8>, from position: inout Int) throws(FormError) {
        let start = position
        while true {
            let line = try FormPartHead.line(bytes, from: &position)
            guard position - start <= Limits.formPartHeadBytes else {
                throw .malformedHead(at: start)
            }
            if line.isEmpty { return }
            try take(bytes.extracting(line), at: line.lowerBound)
        }
    }

    /// A line up to its CRLF; neither half of it may stand alone.
    private static func line(
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) throws(FormError) -> Range<Int> {
        let start = position
        var end = start
        while end < bytes.count, bytes[end] >= 0x20 || bytes[end] == 0x09 {
            end += 1
            if end - start > Limits.formPartHeadBytes { throw .malformedHead(at: start) }
        }
        guard bytes.holds("\r\n", at: end) else {
            if end == bytes.count { throw .notEnded }
            throw .malformedHead(at: end)
        }
        position = end + 2
        return start..<end
    }

    private mutating func take(_ line: Span<UInt8>, at position: Int) throws(FormError) {
        var colon = 0
        while colon < line.count, isTokenByte(line[colon]) { colon += 1 }
        // A line that begins with a blank would go on with the one before, for some.
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else {
            throw .malformedHead(at: position)
        }
        var start = colon + 1
        while start < line.count, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        let value = line.extracting(start...)
        if colon == 19, line.startsIgnoringCase("content-disposition") {
            guard !hasDisposition else { throw .malformedHead(at: position) }
            hasDisposition = true
            try takeDisposition(value, at: position)
        } else if colon == 25, line.startsIgnoringCase("content-transfer-encoding") {
            if !FormPartHead.isIdentity(value) { isPlain = false }
        }
    }

    private mutating func takeDisposition(
        _ value: Span<UInt8>,
        at position: Int
    ) throws(FormError) {
        guard let parameters = HeaderParameters(value) else { throw .malformedHead(at: position) }
        var names = 0
        for parameter in parameters.list {
            switch parameter.name {
            case "name":
                names += 1
                isModel = FormPartHead.isModel(parameter)
            case "filename": isPlain = false
            case let name where name.hasPrefix("filename*"): isPlain = false
            // `name*` must not be used (RFC 7578, 4.2), but some would read it.
            case let name where name.hasPrefix("name*"): throw .malformedHead(at: position)
            default: break
            }
        }
        if names > 1 { throw .malformedHead(at: position) }
    }

    /// Escapes in a name are undone in three ways, by different readers.
    private static func isModel(_ name: HeaderParameters.Parameter) -> Bool {
        let model = Array("model".utf8)
        return name.written == model || name.value == model
            || percentDecoded(name.written) == "model"
    }

    private static func isIdentity(_ value: Span<UInt8>) -> Bool {
        ["7bit", "8bit", "binary"].contains(value.text.lowercased())
    }
}
