/// Headers that are lists (RFC 9110, 5.6.1): items between commas, blanks around them.
extension Span where Element == UInt8 {
    /// Calls `body` with each item that is not empty, without the blanks around it.
    func forEachListItem(_ body: (Span<UInt8>) -> Void) {
        var start = 0
        for index in 0...count where index == count || self[index] == UInt8(ascii: ",") {
            let item = trimmed(start..<index)
            if !item.isEmpty { body(extracting(item)) }
            start = index + 1
        }
    }

    /// The part of a range that is left without blanks at either end.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var item = range
        while let first = item.first, isBlank(self[first]) { item = item.dropFirst() }
        while let last = item.last, isBlank(self[last]) { item = item.dropLast() }
        return item
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
