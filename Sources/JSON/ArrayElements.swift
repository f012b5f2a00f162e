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
        while true {
            _ = reader.skipWhiteSpace(bytes)
            let start = reader.position
            let kind = try reader.skipValue(bytes)
            if body(kind, start..<reader.position) == .stop { return }
            let next = reader.skipWhiteSpace(bytes)
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else {
                throw .malformed(at: reader.position)
            }
            reader.position &+= 1
            if next == UInt8(ascii: "]") { break }
        }
    }
    guard reader.skipWhiteSpace(bytes) == nil else { throw .trailingBytes(at: reader.position) }
}
