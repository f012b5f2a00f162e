import Model
import Routing
import Tokenizer

/// The most tokens that a request's input can be, as far as its body says.
enum InputBound {
    /// What frames a turn, at most.
    private static let tokensOfATurn = 8

    /// The tokens of a request with these traits.
    static func tokens(of traits: RequestTraits) -> Int {
        let images = traits.imageCount * TokenEstimate.tokensOfAnImage
        // No token is shorter than a byte, and few texts have so many as half as much again.
        let text = min(traits.textBytes, max(0, traits.estimatedInputTokens - images) * 3 / 2)
        let files = MediaTokens.bound(documentBytes: traits.fileBytes)
        let (sum, overflow) = files.addingReportingOverflow(
            text + traits.turnCount * tokensOfATurn + traits.imageCount * MediaTokens.ofAnImage
        )
        return overflow ? .max : sum
    }
}
