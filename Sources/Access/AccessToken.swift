package import Model

/// What a client sends: `ng-<handle>-g1-<secret>`, shown once and stored hashed.
package struct AccessToken: Sendable {
    /// The whole token.
    package let text: Secret
    /// Its public part.
    package let handle: TokenHandle
    /// What is stored of it.
    package let hash: TokenHash
}

/// What the bytes of a token tell without any store.
package enum TokenShape: Equatable, Sendable {
    /// Complete and with the right checksum; whether there is such a key is another question.
    case valid(TokenHandle)
    /// Another prefix, a wrong length, a foreign character, a typo.
    case malformed
}

/// The form of the tokens of one installation.
///
///     ng - 7Kq2mVx9TbLc - g1 - 37 random characters, 6 of checksum
package struct TokenFormat: Sendable {
    private let prefix: [UInt8]
    private static let generation: [UInt8] = Array("-g1-".utf8)
    private static let secretLength = 37
    private static let checksumLength = 6

    /// The format with a prefix, nil unless that is 1 to 16 small letters and digits.
    package init?(prefix: String) {
        let bytes = Array(prefix.utf8)
        guard (1...Limits.tokenPrefixBytes).contains(bytes.count),
            bytes.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        self.prefix = bytes + Array("-".utf8)
    }

    private init(prefixBytes: [UInt8]) {
        prefix = prefixBytes
    }

    /// The format with the prefix `ng`.
    package static let standard = TokenFormat(prefixBytes: Array("ng-".utf8))

    /// The format of management keys, in every installation.
    package static let management = TokenFormat(prefixBytes: Array("ngm-".utf8))

    /// Whether tokens of it would be taken for management keys.
    package var isOfManagement: Bool { prefix == TokenFormat.management.prefix }

    /// The bytes of every token of this format.
    package var length: Int {
        prefix.count + TokenHandle.length + TokenFormat.generation.count
            + TokenFormat.secretLength + TokenFormat.checksumLength
    }

    /// Makes a token.
    package func generate(using random: inout some RandomNumberGenerator) -> AccessToken {
        let head = String(decoding: prefix, as: UTF8.self)
        let handle = Base62.randomText(count: TokenHandle.length, using: &random)
        let secret = Base62.randomText(count: TokenFormat.secretLength, using: &random)
        let body = "\(head)\(handle)-g1-\(secret)"
        let checksum = UInt64(Checksum.crc32(Array(body.utf8).span))
        let text = body + Base62.text(of: checksum, count: TokenFormat.checksumLength)
        guard let parsed = TokenHandle(handle) else {
            preconditionFailure("12 base62 characters are a handle")
        }
        return AccessToken(
            text: Secret(text),
            handle: parsed,
            hash: TokenHash(of: Array(text.utf8).span)
        )
    }

    /// Checks everything that can be checked without a store.
    package func shape(of token: Span<UInt8>) -> TokenShape {
        guard token.count == length, has(prefix, at: 0, in: token),
            has(TokenFormat.generation, at: prefix.count + TokenHandle.length, in: token),
            let handle = TokenHandle(token.extracting(droppingFirst: prefix.count)),
            hasSecret(token)
        else { return .malformed }
        return .valid(handle)
    }

    /// Whether the secret is base62 and ends in the checksum of all before it.
    private func hasSecret(_ token: Span<UInt8>) -> Bool {
        let checksumStart = token.count - TokenFormat.checksumLength
        let secretStart = checksumStart - TokenFormat.secretLength
        return Base62.areDigits(secretStart..<token.count, of: token)
            && Base62.number(checksumStart..<token.count, of: token)
                == UInt64(Checksum.crc32(token.extracting(first: checksumStart)))
    }

    private func has(_ part: [UInt8], at offset: Int, in token: Span<UInt8>) -> Bool {
        for index in part.indices where token[offset + index] != part[index] {
            return false
        }
        return true
    }
}
