/// The text of a JSON string value, escapes and surrogate pairs decoded; nil when it is malformed.
///
/// The range is that of the value, quotes included. Malformed are: other escapes than JSON's, a
/// surrogate without its pair, control characters, an inner quote, and invalid UTF-8.
package func decodeJSONString(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, range.count >= 2,
        bytes[range.lowerBound] == UInt8(ascii: "\""),
        bytes[range.upperBound - 1] == UInt8(ascii: "\"")
    else { return nil }
    let inner = bytes.extracting((range.lowerBound + 1)..<(range.upperBound - 1))
    if indexOfEscaped(inner, from: 0) == nil { return validatedString(inner) }
    guard let decoded = unescaped(inner) else { return nil }
    return validatedString(decoded.span)
}

/// The text of a JSON string value; what is malformed in it becomes U+FFFD.
///
/// For what a provider sends: half a surrogate pair is no reason to lose an answer.
package func repairedJSONString(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    if let text = decodeJSONString(bytes, range) { return text }
    guard range.count >= 2 else { return "" }
    let inner = bytes.extracting((range.lowerBound + 1)..<(range.upperBound - 1))
    let text = unescaped(inner, .repair) ?? []
    return String(decoding: text, as: UTF8.self)
}

/// The strings of a JSON array value; nil when it is not an array of strings or holds more than
/// `limit` of them.
package func decodeJSONStringArray(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    limit: Int
) -> [String]? {
    var strings: [String] = []
    var isWhole = true
    do throws(ScanError) {
        try forEachJSONElement(bytes, range) { kind, element in
            guard kind == .string, strings.count < limit,
                let string = decodeJSONString(bytes, element)
            else {
                isWhole = false
                return .stop
            }
            strings.append(string)
            return .next
        }
    } catch {
        return nil
    }
    return isWhole ? strings : nil
}

private func validatedString(_ bytes: Span<UInt8>) -> String? {
    do {
        return String(copying: try UTF8Span(validating: bytes))
    } catch {
        return nil
    }
}

/// What becomes of a malformed escape.
private enum Malformed {
    case refuse, repair
}

/// The bytes with escapes replaced; nil when one is malformed or a quote is not escaped.
private func unescaped(_ bytes: Span<UInt8>, _ malformed: Malformed = .refuse) -> [UInt8]? {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var index = 0
    while true {
        let special = indexOfEscaped(bytes, from: index) ?? bytes.count
        text.append(bytes, index..<special)
        if special == bytes.count { return text }
        index = special + 1
        if bytes[special] != UInt8(ascii: "\\") {
            // A quote or a control character.
            if malformed == .refuse { return nil }
            text.append(bytes[special])
            continue
        }
        guard index < bytes.count else { return malformed == .refuse ? nil : text }
        let escape = bytes[index]
        index += 1
        let begin = index
        if escape == UInt8(ascii: "u"), let scalar = escapedScalar(bytes, &index) {
            text.append(contentsOf: scalar.utf8)
        } else if let plain = plainEscape(escape) {
            text.append(plain)
        } else if malformed == .repair {
            text.append(contentsOf: [0xEF, 0xBF, 0xBD])
            // The four digits are gone with their surrogate; a pair's other half is looked at anew.
            index = escape == UInt8(ascii: "u") ? min(begin + 4, bytes.count) : begin
        } else {
            return nil
        }
    }
}

private func plainEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
}

/// The scalar of `\uXXXX`, or of a surrogate pair; the index is after the `u` and moves on.
private func escapedScalar(_ bytes: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar? {
    guard let first = hexadecimalUnit(bytes, &index) else { return nil }
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard index + 2 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
        bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    index += 2
    guard let second = hexadecimalUnit(bytes, &index), UTF16.isTrailSurrogate(second) else {
        return nil
    }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
}

private func hexadecimalUnit(_ bytes: Span<UInt8>, _ index: inout Int) -> UInt16? {
    guard index + 4 <= bytes.count else { return nil }
    var unit: UInt16 = 0
    for offset in 0..<4 {
        let byte = bytes[index + offset]
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        unit = unit << 4 | UInt16(digit)
    }
    index += 4
    return unit
}
