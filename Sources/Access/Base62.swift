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

    /// The value of one digit, nil when it is none.
    static func value(of byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte) - 0x30
        case 0x41...0x5A: UInt64(byte) - 0x41 + 10
        case 0x61...0x7A: UInt64(byte) - 0x61 + 36
        default: nil
        }
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
