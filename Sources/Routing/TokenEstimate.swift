/// How many tokens a text will be, without a tokenizer: the one place where that is guessed.
///
/// It leans upward, as what rests on it is a limit or a price. Of common texts o200k makes a token
/// of 4 to 4.5 bytes of English prose, 3 to 4 of source code, 2 to 3 of a Chinese character's three,
/// and 4 to 6 of Cyrillic, Greek or Arabic, whose letters have two.
package enum TokenEstimate {
    /// What an image counts: Anthropic's largest; OpenAI's 1024 x 1024 in high detail has 765.
    package static let tokensOfAnImage = 1600
    /// What frames a turn: its role and what stands between turns.
    package static let tokensOfATurn = 4

    /// The tokens of a text: two for seven bytes of ASCII, one for three of others.
    package static func tokens(asciiBytes: Int, otherBytes: Int) -> Int {
        (asciiBytes * 2 + 6) / 7 + (otherBytes + 2) / 3
    }
}
