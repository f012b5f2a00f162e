/// The public part of a token, by which its record is found: 12 base62 characters in two words.
package struct TokenHandle: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The characters of a handle.
    package static let length = 12

    private let high: UInt64
    private let low: UInt32

    /// The handle at the start of some bytes, nil when there is none.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= TokenHandle.length,
            Base62.areDigits(0..<TokenHandle.length, of: bytes)
        else { return nil }
        var high: UInt64 = 0
        var low: UInt32 = 0
        for index in 0..<TokenHandle.length {
            high = high << 8 | UInt64(low >> 24)
            low = low << 8 | UInt32(bytes[index])
        }
        self.high = high
        self.low = low
    }

    /// The handle that is written so, nil when it is none.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == TokenHandle.length else { return nil }
        self.init(bytes.span)
    }

    /// The 12 characters.
    package var description: String {
        var text = String.UnicodeScalarView()
        for index in 0..<TokenHandle.length {
            let shift = (TokenHandle.length - 1 - index) * 8
            let byte =
                shift < 32
                ? UInt8(truncatingIfNeeded: low >> UInt32(shift))
                : UInt8(truncatingIfNeeded: high >> UInt64(shift - 32))
            text.append(Unicode.Scalar(byte))
        }
        return String(text)
    }

    /// What it is searched by; handles are random, so mixing is all it takes.
    var tag: UInt32 {
        var mixed = (high ^ UInt64(low) << 17) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 32
        return UInt32(truncatingIfNeeded: mixed &* 0xD6E8_FEB8_6659_FD93 >> 32)
    }
}
