/// What is added to the tokens of a request's texts, and what stands in for them where nobody looks.
package enum TokenEstimate {
    /// What an image counts: Anthropic's largest; OpenAI's 1024 x 1024 in high detail has 765.
    package static let tokensOfAnImage = 1600
    /// What frames a turn: its role and what stands between turns.
    package static let tokensOfATurn = 4

    /// The tokens of bytes that nobody looks at: two for seven, as of prose and source code in ASCII.
    package static func tokens(byteCount: Int) -> Int { (byteCount * 2 + 6) / 7 }
}
