/// Base64 (RFC 4648), of both alphabets.
package enum Base64 {
    /// The bytes in the alphabet for URLs and file names, without padding.
    package static func urlText(of bytes: [UInt8]) -> String {
        text(of: bytes, in: urlDigits)
    }

    /// The bytes in the usual alphabet, padded.
    package static func text(of bytes: [UInt8]) -> String {
        let text = text(of: bytes, in: digits)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    private static func text(of bytes: [UInt8], in digits: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int(bits >> UInt32(bitCount) & 0x3F)])
            }
        }
        if bitCount > 0 { text.append(digits[Int(bits << UInt32(6 - bitCount) & 0x3F)]) }
        return String(text)
    }

    /// The bytes that a text stands for, in either alphabet, padded or not; nil when it is none, or
    /// not the one text of its bytes.
    package static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        let unpadded = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.utf8.count - unpadded.count
        guard padding == 0 || (unpadded.count + padding) % 4 == 0 && padding <= 2,
            text.utf8.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return nil }
        for byte in unpadded {
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        let rest = bits & (1 << UInt32(bitCount) - 1)
        return bitCount < 6 && rest == 0 ? bytes : nil
    }

    /// Appends the bytes that digits of the usual alphabet stand for, padded; false when they are none.
    ///
    /// For many short texts in a file: the other one makes a text of each.
    package static func append(_ digits: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
        guard digits.count % 4 == 0 else { return false }
        var bits: UInt32 = 0
        for place in 0..<digits.count {
            let isPadding = digits[place] == UInt8(ascii: "=")
            guard let value = isPadding ? 0 : value(of: digits[place]),
                !isPadding || place >= digits.count - 2
            else { return false }
            bits = bits << 6 | value
            if place % 4 == 3 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        for place in max(0, digits.count - 2)..<digits.count
        where digits[place] == UInt8(ascii: "=") {
            bytes.removeLast()
        }
        return true
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars
    )
    private static let digits = letters + ["+", "/"]
    private static let urlDigits = letters + ["-", "_"]

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte) - 0x41
        case 0x61...0x7A: UInt32(byte) - 0x61 + 26
        case 0x30...0x39: UInt32(byte) - 0x30 + 52
        case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
        case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
