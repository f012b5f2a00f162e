/// Words in a text that look like keys: somebody has put one where none belongs, and it is not told
/// again.
package enum KeyWords {
    /// What keys of providers begin with.
    private static let marks = ["sk-", "sk_", "gsk_", "xai-", "AIza"]
    /// What stands between the parts of a token of ours.
    private static let generation = "-g1-"
    /// The characters behind a mark from which on it is a key: `sk-learn` is none.
    private static let shortest = 8
    /// Letters and digits of this number, both of them, that nothing parts are nobody's name.
    private static let longestName = 32

    /// The text with each such word redacted.
    package static func masked(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while !rest.isEmpty {
            let word = rest.prefix(while: isOfAWord)
            result += isKey(word) ? Secret(String(word)).redacted : String(word)
            rest = rest[word.endIndex...]
            let gap = rest.prefix { !isOfAWord($0) }
            result += gap
            rest = rest[gap.endIndex...]
        }
        return result
    }

    private static func isKey(_ word: Substring) -> Bool {
        if word.contains(generation) { return true }
        if marks.contains(where: { word.hasPrefix($0) && word.count >= $0.count + shortest }) {
            return true
        }
        return word.count >= longestName && word.contains(where: \.isNumber)
            && word.contains(where: \.isLetter) && !word.contains { $0 == "-" || $0 == "_" }
    }

    private static func isOfAWord(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }
}
