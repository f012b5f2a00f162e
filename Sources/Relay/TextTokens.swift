import Dialects
import JSON
import Tokenizer

/// How many tokens the texts of a JSON body are: counted by a vocabulary, or estimated without one.
struct TextTokens {
    private var estimator = TokenEstimator()
    private var encoder: TextEncoder?
    private var counted = 0

    /// Counts by a vocabulary, if there is one.
    init(_ vocabulary: Vocabulary?) {
        encoder = vocabulary.map { TextEncoder($0) }
    }

    /// The tokens of all texts.
    var count: Int { counted + estimator.tokens }

    /// Adds the text of a JSON string; the range is without its quotes.
    mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard encoder != nil else {
            estimator.add(jsonString: bytes.extracting(range))
            return estimator.endText()
        }
        let text = repairedJSONString(bytes, (range.lowerBound - 1)..<(range.upperBound + 1))
        counted += encoder?.count(of: text.utf8Span.span) ?? 0
    }
}
