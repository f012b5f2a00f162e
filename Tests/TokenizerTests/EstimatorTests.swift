import Testing
import Tokenizer

@Suite struct `An estimate` {
    private func estimate(_ bytes: [UInt8]) -> Int {
        var estimator = TokenEstimator()
        estimator.add(bytes.span)
        return estimator.tokens
    }

    @Test(arguments: [
        ("", 0), ("a", 1), ("word", 1), (" word", 1), ("two words", 2), ("12", 1), ("1234", 2),
        ("a 1", 3), ("camelCase", 2), ("HTTPServer", 4), ("{}", 1), ("\n\n", 1), ("中文", 2),
        ("😀", 2),
        ("internationalization", 5), ("  ", 1),
    ])
    func `goes by the runs of a text`(_ text: String, _ tokens: Int) {
        #expect(estimate(Array(text.utf8)) == tokens)
    }

    @Test func `is the same for a text in parts that end with a character`() {
        let text = Array("The price of 2,000 tokens: 12.50 € (≈ 90 元) 😀 done.".utf8)
        for place in text.indices where text[place] & 0xC0 != 0x80 {
            var estimator = TokenEstimator()
            estimator.add(Array(text[..<place]).span)
            estimator.add(Array(text[place...]).span)
            #expect(estimator.tokens == estimate(text))
        }
    }

    @Test func `takes any bytes, and none for nothing`() {
        var random = SeededRandom(3)
        for _ in 0..<300 {
            let count = Int.random(in: 1...60, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(estimate(bytes) > 0)
            #expect(estimate(bytes) <= 2 * count)
        }
    }

    @Test func `of a file grows with its bytes, and stays a number`() {
        #expect(MediaTokens.bound(documentBytes: 0) == 0)
        #expect(MediaTokens.bound(documentBytes: 1) == MediaTokens.ofAPage)
        #expect(MediaTokens.bound(soundBytes: 500_000) == 1000 * MediaTokens.ofASecondOfSound)
        #expect(MediaTokens.bound(filmBytes: 4_001) == 2 * MediaTokens.ofASecondOfFilm)
        #expect(MediaTokens.bound(documentBytes: 1 << 62) == .max)
    }
}
