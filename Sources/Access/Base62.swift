package import Model

/// Digits, capitals, small letters: in the order of their bytes, so that texts of one length sort
/// as their numbers do.
package enum Base62 {
    private static let digits = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".unicodeScalars
    )

    /// Random digits, each as likely as any other.
    package static func randomText(
        count: Int,
        using random: inout some RandomNumberGenerator
    ) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<count {
            text.append(digits[Int.random(in: 0..<62, using: &random)])
        }
        return String(text)
    }

    /// A number in so many digits; what does not fit is cut off at the front.
    package static func text(of number: UInt64, count: Int) -> String {
        var rest = number
        var text = String.UnicodeScalarView()
        for _ in 0..<count {
            text.append(digits[Int(rest % 62)])
            rest /= 62
        }
        return String(String.UnicodeScalarView(text.reversed()))
    }

    /// The values of all bytes, 255 for what is no digit: a table, since the digits of a token are
    /// random and would be mispredicted.
    private static let values: InlineArray<256, UInt8> = {
        var values = InlineArray<256, UInt8>(repeating: 0xFF)
        for (value, digit) in digits.enumerated() {
            values[Int(digit.value)] = UInt8(value)
        }
        return values
    }()

    /// Whether all the bytes of a range are digits.
    static func areDigits(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var seen: UInt8 = 0
        for index in range {
            seen |= values[Int(bytes[index])]
        }
        return seen < 0x80
    }

    /// The number that the digits of a range are; a byte that is no digit gives some other number.
    static func number(_ range: Range<Int>, of bytes: Span<UInt8>) -> UInt64 {
        var number: UInt64 = 0
        for index in range {
            number = number &* 62 &+ UInt64(values[Int(bytes[index])])
        }
        return number
    }
}

extension Identifier {
    /// A new id: ids that are made later sort later, and nobody can guess the next one.
    package static func make(
        at now: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> Self {
        let time = Base62.text(of: UInt64(clamping: now.milliseconds), count: 8)
        return Self(prefix + time + Base62.randomText(count: 16, using: &random))
    }
}
