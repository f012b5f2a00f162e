import Access
import Model
import Testing

@Suite struct Tokens {
    private static func make(seed: UInt64) -> AccessToken {
        var random = SeededRandom(seed: seed)
        return TokenFormat.standard.generate(using: &random)
    }

    private static func shape(_ text: String, _ format: TokenFormat = .standard) -> TokenShape {
        format.shape(of: Array(text.utf8).span)
    }

    private static func hash(_ text: String) -> TokenHash {
        TokenHash(of: Array(text.utf8).span)
    }

    @Test(arguments: [
        ("", UInt32(0)), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926),
        ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
    ])
    func `the checksum is zlib's`(text: String, checksum: UInt32) {
        let bytes = Array(text.utf8)
        let computed = Checksum.crc32(bytes.span)
        #expect(computed == checksum)
    }

    @Test(arguments: 1...50)
    func `a new token is valid`(seed: UInt64) {
        let token = Tokens.make(seed: seed)
        let text = token.text.exposed
        #expect(text.utf8.count == 62)
        #expect(TokenFormat.standard.length == 62)
        #expect(text.hasPrefix("ng-\(token.handle)-g1-"))
        #expect(Tokens.shape(text) == .valid(token.handle))
        #expect(Tokens.hash(text) == token.hash)
    }

    /// Made by hand with Python's zlib.crc32 and hashlib.sha256.
    @Test func `a token made elsewhere is valid`() {
        let text = "ng-7Kq2mVx9TbLc-g1-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZa3PMadu"
        #expect(Tokens.shape(text) == TokenHandle("7Kq2mVx9TbLc").map { .valid($0) })
        #expect(
            TokenHash(of: Array(text.utf8).span).hexadecimal
                == "241430e5e4f5209035727329cd90148c444f41ffbf4667771332e61b4ca60099"
        )
    }

    @Test func `a token with one character mistyped is malformed`() {
        let characters = Array(Tokens.make(seed: 7).text.exposed)
        for place in characters.indices {
            for typo in ["0", "A", "z", "-", "_", " ", "é", "\u{0}"] as [Character]
            where typo != characters[place] {
                var mistyped = characters
                mistyped[place] = typo
                #expect(Tokens.shape(String(mistyped)) == .malformed, "place \(place), \(typo)")
            }
        }
    }

    @Test func `a token with two neighbours swapped is malformed`() {
        let characters = Array(Tokens.make(seed: 8).text.exposed)
        for place in characters.indices.dropLast() where characters[place] != characters[place + 1]
        {
            var swapped = characters
            swapped.swapAt(place, place + 1)
            #expect(Tokens.shape(String(swapped)) == .malformed, "place \(place)")
        }
    }

    @Test func `a truncated or prolonged token is malformed`() {
        let text = Tokens.make(seed: 9).text.exposed
        for count in 0..<text.count {
            #expect(Tokens.shape(String(text.prefix(count))) == .malformed)
            #expect(Tokens.shape(String(text.suffix(count))) == .malformed)
        }
        #expect(Tokens.shape(text + "0") == .malformed)
        #expect(Tokens.shape(" " + text) == .malformed)
        #expect(Tokens.shape(text + text) == .malformed)
    }

    @Test func `a token of another prefix is malformed`() throws {
        let management = try #require(TokenFormat(prefix: "ngm"))
        var random = SeededRandom(seed: 10)
        let text = management.generate(using: &random).text.exposed
        #expect(Tokens.shape(text, management) != .malformed)
        #expect(Tokens.shape(text) == .malformed)
        #expect(Tokens.shape(Tokens.make(seed: 11).text.exposed, management) == .malformed)
    }

    @Test(arguments: ["", "n-g", "NG", "n g", "ñ", "abcdefghijklmnopq"])
    func `a prefix that does not suit a header is refused`(prefix: String) {
        #expect(TokenFormat(prefix: prefix) == nil)
    }

    @Test func `a token does not print`() {
        let token = Tokens.make(seed: 12)
        #expect(!"\(token)".contains(token.text.exposed.suffix(20)))
    }

    @Test func `a hash is written and read back`() throws {
        let hash = Tokens.hash("abc")
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(hash.hexadecimal == text)
        #expect(TokenHash(hexadecimal: text) == hash)
        for place in 0..<64 {
            var other = Array(text)
            other[place] = other[place] == "0" ? "1" : "0"
            #expect(try #require(TokenHash(hexadecimal: String(other))) != hash)
        }
        #expect(TokenHash(hexadecimal: text.uppercased()) == nil)
        #expect(TokenHash(hexadecimal: String(text.dropLast())) == nil)
    }

    @Test(arguments: ["", "7Kq2mVx9TbL", "7Kq2mVx9TbLcc", "7Kq2mVx9TbL-", "7Kq2mVx9TbLé"])
    func `what is no handle is refused`(text: String) {
        #expect(TokenHandle(text) == nil)
    }
}

@Suite struct `Base62 texts` {
    @Test(arguments: [
        (UInt64(0), 6, "000000"), (61, 6, "00000z"), (62, 6, "000010"),
        (0xFFFF_FFFF, 6, "4gfFC3"), (UInt64.max, 11, "LygHa16AHYF"),
    ])
    func `a number is written in so many digits`(number: UInt64, count: Int, text: String) {
        #expect(Base62.text(of: number, count: count) == text)
    }

    @Test func `every digit is as likely as any other`() {
        var random = SeededRandom(seed: 1)
        let text = Base62.randomText(count: 62_000, using: &random)
        let counts = Dictionary(text.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == 62)
        #expect(counts.values.allSatisfy { (850...1150).contains($0) })
    }

    @Test func `ids made later sort later`() {
        var random = SeededRandom(seed: 2)
        let ids = (0..<1000).map { step in
            AccessKeyID.make(
                at: Timestamp(milliseconds: 1_795_227_185_000 + step * 977),
                using: &random
            )
        }
        #expect(ids == ids.sorted())
        #expect(ids.allSatisfy { $0.rawValue.hasPrefix("aigk_") && $0.rawValue.count == 29 })
    }
}
