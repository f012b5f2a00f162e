/// Tells when a call's arguments, which come in pieces, are whole: when the object that they are
/// has been closed.
struct ArgumentsProgress {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the object was closed.
    private(set) var isWhole = false

    mutating func take(_ text: String) {
        if isWhole { return }
        for byte in text.utf8 { take(byte) }
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
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { isWhole = true }
        default: break
        }
    }
}
