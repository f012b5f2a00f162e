internal import Crypto

/// The SHA-256 of a whole token: all that is kept of it.
package struct TokenHash: Sendable, BitwiseCopyable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Hashes a token.
    package init(of token: Span<UInt8>) {
        var hasher = SHA256()
        unsafe token.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        words = unsafe hasher.finalize().withUnsafeBytes { digest in
            unsafe digest.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
        }
    }

    /// Reads 64 hexadecimal digits, small letters; nil for everything else.
    package init?(hexadecimal text: String) {
        self.init(hexadecimal: text.utf8Span.span)
    }

    /// Reads 64 hexadecimal digits, small letters; nil for everything else.
    package init?(hexadecimal text: Span<UInt8>) {
        guard text.count == 64 else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        var seen: UInt8 = 0
        for index in 0..<64 {
            let value = TokenHash.values[Int(text[index])]
            seen |= value
            words[index &>> 4] = words[index &>> 4] << 4 | UInt64(value & 0x0F)
        }
        guard seen < 0x10 else { return nil }
        self.words = (
            words[0].bigEndian, words[1].bigEndian, words[2].bigEndian, words[3].bigEndian
        )
    }

    /// The values of all bytes, 255 for what is no digit: digits of a hash would be mispredicted.
    private static let values: InlineArray<256, UInt8> = {
        var values = InlineArray<256, UInt8>(repeating: 0xFF)
        for value in 0..<16 {
            let digit = value < 10 ? 0x30 + value : 0x61 + value - 10
            values[digit] = UInt8(value)
        }
        return values
    }()

    /// The 64 hexadecimal digits.
    package var hexadecimal: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word.bigEndian, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    /// Whether two hashes are the same, in a time that does not depend on where they differ.
    package func matches(_ other: TokenHash) -> Bool {
        let difference =
            (words.0 ^ other.words.0) | (words.1 ^ other.words.1)
            | (words.2 ^ other.words.2) | (words.3 ^ other.words.3)
        return difference == 0
    }
}

extension TokenHash: Equatable {
    package static func == (left: TokenHash, right: TokenHash) -> Bool {
        left.matches(right)
    }
}
