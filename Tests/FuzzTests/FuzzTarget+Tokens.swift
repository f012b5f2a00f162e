import Model
import Tokenizer

extension FuzzTarget {
    /// A token for each byte, and some for what texts are made of, so that there is much to merge.
    private static let vocabularies: [Vocabulary] = {
        let words = [
            "aa", "aaaa", "ab", "abc", "bc", " t", "he", " the", "  ", "\n\n", "é", "中文", "'s",
        ]
        let file = text(of: words.map { Array($0.utf8) })
        return VocabularyName.allCases.compactMap { name in
            do throws(Vocabulary.Problem) {
                return try Vocabulary(name, parsing: file.span)
            } catch {
                fatalError("\(error)")
            }
        }
    }()

    private static func text(of tokens: [[UInt8]]) -> [UInt8] {
        let all = (UInt8.min...UInt8.max).map { [$0] } + tokens
        let lines = all.enumerated().map { "\(Base64.text(of: $1)) \($0)\n" }
        return Array(lines.joined().utf8)
    }

    /// The tokens of any bytes are these bytes, and there are as many as are counted; so there are
    /// when the text is so long that its pieces are merged in the other way.
    func feedTokens(_ input: Span<UInt8>) {
        let text = input.copy
        for vocabulary in FuzzTarget.vocabularies {
            check(text, vocabulary)
            if text.count < 1000 {
                check(Array(repeating: text, count: 40).flatMap { $0 }, vocabulary)
            }
        }
        var estimator = TokenEstimator()
        estimator.add(input)
        demand(text.isEmpty || estimator.tokens >= 0, "an estimate below nothing")
        demand(estimator.tokens <= 4 * text.count, "an estimate beyond reason")
    }

    /// What is read as a vocabulary turns any text into tokens.
    func feedVocabulary(_ input: Span<UInt8>) {
        do throws(Vocabulary.Problem) {
            let vocabulary = try Vocabulary(.o200k, parsing: input)
            demand(vocabulary.count >= 256, "a vocabulary without every byte")
            check(Array("The quick 123 中文\n\n  fox's".utf8), vocabulary)
        } catch {
            demand(!error.description.isEmpty, "refused without a word")
        }
    }

    private func check(_ text: [UInt8], _ vocabulary: Vocabulary) {
        var encoder = TextEncoder(vocabulary)
        let tokens = encoder.tokens(of: text.span)
        demand(tokens.flatMap { vocabulary.bytes(of: $0) ?? [] } == text, "tokens of another text")
        demand(encoder.count(of: text.span) == tokens.count, "tokens are not counted as they are")
    }
}
