/// Whether to go on to the next element.
package enum ElementStep: Sendable {
    case next, stop
}

/// Walks the elements of a JSON array value until the body says stop.
///
/// The array's own commas and brackets are checked as far as it is walked.
package func forEachJSONElement(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    _ body: (_ kind: ValueKind, _ element: Range<Int>) -> ElementStep
) throws(ScanError) {
    try walkElements(bytes, range) { (reader: inout StructuralReader) throws(ScanError) in
        let start = reader.position
        let kind = try reader.skipValue(bytes)
        return body(kind, start..<reader.position)
    }
}

/// Walks the elements of an array; the body takes each from the reader, which is at its first byte.
@inline(__always)
func walkElements(
    _ bytes: Span<UInt8>,
    _ range: Range<Int>,
    _ take: (inout StructuralReader) throws(ScanError) -> ElementStep
) throws(ScanError) {
    precondition(
        range.lowerBound >= 0 && range.upperBound <= bytes.count,
        "a range beyond the text"
    )
    var reader = StructuralReader(range)
    guard reader.skipWhiteSpace(bytes) == UInt8(ascii: "[") else { throw .notAnArray }
    reader.position &+= 1
    if reader.skipWhiteSpace(bytes) == UInt8(ascii: "]") {
        reader.position &+= 1
    } else {
        var next = UInt8(ascii: ",")
        while next == UInt8(ascii: ",") {
            _ = reader.skipWhiteSpace(bytes)
            if try take(&reader) == .stop { return }
            let separator = reader.skipWhiteSpace(bytes)
            guard let separator, separator == UInt8(ascii: ",") || separator == UInt8(ascii: "]")
            else { throw .malformed(at: reader.position) }
            next = separator
            reader.position &+= 1
        }
    }
    guard reader.skipWhiteSpace(bytes) == nil else { throw .trailingBytes(at: reader.position) }
}
