import Testing

@testable import Tokenizer

@Suite struct Merges {
    @Test func `take the lowest rank first, the leftmost of equals`() throws {
        let words = try vocabulary(.o200k, ["bc", "ab", "abc", "aa"])
        #expect(parts(of: "abcd", words) == ["abc", "d"])
        #expect(parts(of: "aaa", words) == ["aa", "a"])
        #expect(parts(of: "aaaaa", words) == ["aa", "aa", "a"])
        #expect(parts(of: "ababx", words) == ["ab", "ab", "x"])
    }

    @Test func `a piece that is a token is that token, however its bytes would merge`() throws {
        // Nothing leads to "xyz": no two of its bytes are a token.
        let words = try vocabulary(.o200k, ["xyz"])
        #expect(parts(of: "xyz", words) == ["xyz"])
        #expect(parts(of: "xyzx", words) == ["x", "y", "z", "x"])
    }

    @Test func `names of special tokens are text`() throws {
        #expect(parts(of: "<|endoftext|>", try vocabulary()).count == 13)
    }

    /// Pieces short and long, where the lowest rank is found in two ways, against the plain way.
    @Test(arguments: [3, 20, 100, 127, 128, 129, 300])
    func `are the same as when all neighbours are looked at each time`(_ length: Int) throws {
        var random = SeededRandom(UInt64(length))
        for _ in 0..<(length > 200 ? 2 : 10) {
            var tokens: [[UInt8]] = []
            for _ in 0..<60 {
                let token = (0..<Int.random(in: 2...5, using: &random)).map { _ in
                    UInt8.random(in: 97...99, using: &random)
                }
                if !tokens.contains(token) { tokens.append(token) }
            }
            let words = try Vocabulary(.o200k, parsing: vocabularyFile(tokens).span)
            let text = (0..<length).map { _ in UInt8.random(in: 97...99, using: &random) }
            var encoder = TextEncoder(words)
            let found = encoder.tokens(of: text.span).map { words.bytes(of: $0) ?? [] }
            #expect(found == plainly(text, tokens))
            #expect(encoder.count(of: text.span) == found.count)
        }
    }

    private func plainly(_ text: [UInt8], _ tokens: [[UInt8]]) -> [[UInt8]] {
        if tokens.contains(text) { return [text] }
        var parts = text.map { [$0] }
        while true {
            let ranks = zip(parts, parts.dropFirst()).map { tokens.firstIndex(of: $0 + $1) ?? .max }
            guard let least = ranks.min(), least != .max, let place = ranks.firstIndex(of: least)
            else { return parts }
            parts[place] += parts.remove(at: place + 1)
        }
    }

    @Test func `ten times the letters take no hundred times as long`() throws {
        let words = try vocabulary(.o200k, ["aa", "aaaa", "aaaaaaaa"])
        var encoder = TextEncoder(words)
        let clock = ContinuousClock()
        func time(_ count: Int) -> Duration {
            let text = [UInt8](repeating: 97, count: count)
            return (0..<3).map { _ in
                clock.measure { #expect(encoder.count(of: text.span) == count / 8) }
            }.min() ?? .zero
        }
        #expect(time(40_000) < time(4000) * 40)
    }
}

@Suite struct `A vocabulary's file` {
    @Test(
        arguments: [
            ("IQ==", .malformed(line: 1)), ("IQ== x\n", .malformed(line: 1)),
            (" 0\n", .malformed(line: 1)),
            ("I=== 0\n", .malformed(line: 1)), ("IQ 0\n", .malformed(line: 1)),
            ("IQ== 0\n\n", .malformed(line: 2)), ("IQ== 1\n", .wrongRank(line: 1)),
            ("IQ== 0\nIQ== 1\n", .doubled(line: 2)), ("IQ== 0\n", .withoutByte(0)),
            ("", .withoutByte(0)),
        ] as [(String, Vocabulary.Problem)]
    )
    func `is refused with the line`(_ text: String, _ problem: Vocabulary.Problem) {
        #expect(throws: problem) { try Vocabulary(.o200k, parsing: Array(text.utf8).span) }
    }

    @Test func `may lack the last line end`() throws {
        let file = vocabularyFile([[1, 2]]).dropLast()
        #expect(try Vocabulary(.cl100k, parsing: Array(file).span).count == 257)
    }
}
