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
        guard text.utf8.count == 64 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in text.utf8.enumerated() {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            words[index / 16] = words[index / 16] << 4 | UInt64(digit)
        }
        self.words = (
            words[0].bigEndian, words[1].bigEndian, words[2].bigEndian, words[3].bigEndian
        )
    }

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
