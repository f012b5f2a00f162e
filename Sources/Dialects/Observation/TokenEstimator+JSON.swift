package import Tokenizer

extension TokenEstimator {
    /// Adds what a JSON string says, which is given without its quotes.
    package mutating func add(jsonString text: Span<UInt8>) {
        var start = 0
        for place in text.indices where text[place] == UInt8(ascii: "\\") && place >= start {
            add(text.extracting(start..<place))
            guard place + 1 < text.count else { return }
            switch text[place + 1] {
            case UInt8(ascii: "u"):
                // Mostly a letter that is not ASCII, which the estimator knows by its bytes.
                addEscape(text, at: place)
                start = min(place + 6, text.count)
            case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                add(Self.lineEnd.utf8Span.span)
                start = place + 2
            default:
                add(text.extracting((place + 1)..<(place + 2)))
                start = place + 2
            }
        }
        if start < text.count { add(text.extracting(start..<text.count)) }
    }

    private static let lineEnd = "\n"

    private mutating func addEscape(_ text: Span<UInt8>, at place: Int) {
        guard place + 6 <= text.count else { return }
        var unit: UInt32 = 0
        for digit in (place + 2)..<(place + 6) {
            unit = unit << 4 | Self.hexadecimal(text[digit])
        }
        // Half of a pair counts as a picture's half; what is no letter as a sign.
        let scalar = Unicode.Scalar(unit) ?? (unit < 0xDC00 ? "\u{1F600}" : " ")
        add(String(Character(scalar)).utf8Span.span)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32 {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46, 0x61...0x66: UInt32(byte | 0x20) - 0x61 + 10
        default: 0
        }
    }
}
