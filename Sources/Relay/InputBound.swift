import Model
import Routing
import Tokenizer

/// The most tokens that a request's input can be, as far as its body says.
enum InputBound {
    /// What frames a turn, at most.
    private static let tokensOfATurn = 8
    /// Where an estimate says a hundred, there may be this many; see ``TokenEstimator``.
    static let percentOfEstimate = 118
    /// Where o200k makes a million tokens, an unpublished vocabulary makes so many at most.
    ///
    /// The catalog may know better of a model. It sizes holds, not charges.
    static let ofUnpublished = 1_350_000

    /// The tokens of a request with these traits, in the words of o200k.
    static func tokens(of traits: RequestTraits) -> Int {
        let images = traits.imageCount * TokenEstimate.tokensOfAnImage
        let estimate = max(0, traits.estimatedInputTokens - images)
        let text = traits.isCounted ? estimate : estimate * percentOfEstimate / 100 + 1
        let files = MediaTokens.bound(documentBytes: traits.fileBytes)
        let (sum, overflow) = files.addingReportingOverflow(
            text + traits.turnCount * tokensOfATurn + traits.imageCount * MediaTokens.ofAnImage
        )
        return overflow ? .max : sum
    }

    /// The tokens that a model makes of a million of o200k's, at most.
    static func factor(_ facts: ModelFacts?, for operation: Operation?) -> Int {
        if let known = facts?.tokensPerO200k { return Int(max(known.millionths, 1_000_000)) }
        // OpenAI's embedding models still have the vocabulary before.
        return facts?.author == "openai" && operation != .embeddings ? 1_000_000 : ofUnpublished
    }
}
