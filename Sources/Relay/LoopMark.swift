/// What a process puts on requests to providers that could lead back to it, so that it knows them
/// again: a loop would otherwise go round until no place for a request is left.
///
/// The header lists the marks of all gateways on the way, each of 16 hexadecimal digits. It goes to
/// providers at an address of the operator's own alone.
package struct LoopMark: Equatable, Sendable {
    /// The header's name.
    package static let header = "lockkeeper-via"
    /// The most gateways on one way; one more is taken for a loop.
    static let longestWay = 8
    static let length = 16

    /// The 16 digits.
    let text: String

    /// The mark of a random number.
    package init(_ number: UInt64) {
        let digits = String(number, radix: 16)
        text = String(repeating: "0", count: LoopMark.length - digits.utf8.count) + digits
    }

    /// Whether a value lists marks, so that it can be passed on.
    static func isList(_ value: Span<UInt8>) -> Bool {
        guard value.count % (length + 1) == length else { return false }
        return value.indices.allSatisfy { place in
            place % (length + 1) == length
                ? value[place] == UInt8(ascii: ",")
                : (0x30...0x39).contains(value[place]) || (0x61...0x66).contains(value[place])
        }
    }

    /// Whether a list says that the request has been here, or has come too far.
    func isIn(_ list: Span<UInt8>) -> Bool {
        let count = (list.count + 1) / (LoopMark.length + 1)
        if count >= LoopMark.longestWay { return true }
        return (0..<count).contains { number in
            let start = number * (LoopMark.length + 1)
            return zip(0..., text.utf8).allSatisfy { list[start + $0] == $1 }
        }
    }
}
