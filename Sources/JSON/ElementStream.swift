/// Splits a JSON array that comes in pieces into its elements, as far as they are objects or arrays.
///
/// An element is told with its last byte. It is not checked: whoever reads it does that. Memory is
/// bounded: of an element over the limit only the beginning is kept, and told.
package struct ElementStream: Sendable {
    /// Memory kept between elements; a buffer that grew larger is given back.
    private static let keptCapacity = 4096

    private let elementLimit: Int
    /// The element that is not over yet.
    private var element: [UInt8] = []
    /// How many brackets are open, the array's own included.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the element is longer than what is kept of it.
    private var isCut = false

    /// A stream at its start.
    package init(elementLimit: Int = 1 << 20) {
        self.elementLimit = elementLimit
    }

    /// Takes bytes and tells the elements that end in them; the span is valid for the call only.
    package mutating func feed(
        _ bytes: Span<UInt8>,
        _ emit: (_ element: Span<UInt8>, _ isWhole: Bool) -> Void
    ) {
        var start = 0
        for index in bytes.indices {
            let depthBefore = depth
            take(bytes[index])
            if depthBefore == 1, depth == 2 {
                start = index
            } else if depthBefore == 2, depth == 1 {
                keep(bytes, start..<(index + 1))
                emit(element.span, !isCut)
                element.removeAll(keepingCapacity: element.capacity <= Self.keptCapacity)
                isCut = false
            }
        }
        if depth >= 2 { keep(bytes, start..<bytes.count) }
    }

    private mutating func take(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth &- 1)
        default: break
        }
    }

    /// Keeps a part of the element, up to the limit.
    private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let room = elementLimit - element.count
        if range.count > room { isCut = true }
        element.append(bytes, range.lowerBound..<(range.lowerBound + min(room, range.count)))
    }
}
