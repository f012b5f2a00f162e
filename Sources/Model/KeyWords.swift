/// Words in a text that look like keys: somebody has put one where none belongs, and it is not told
/// again.
package enum KeyWords {
    /// What keys of providers begin with.
    private static let marks = ["sk-", "sk_", "gsk_", "xai-", "AIza"].map { Array($0.utf8) }
    /// What stands between the parts of a token of ours.
    private static let generation = Array("-g1-".utf8)
    /// The bytes behind a mark from which on it is nothing to be told: `sk-learn` is.
    private static let shortest = 8
    /// The bytes behind a mark from which on it is a key beyond doubt.
    private static let surely = 20
    /// Letters and digits of this number, both of them, that nothing parts are nobody's name.
    private static let longestName = 32

    /// The text with each such word redacted.
    package static func masked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let word = bytes[index...].prefix(while: isOfAWord)
            if word.isEmpty {
                result.append(bytes[index])
                index += 1
            } else {
                let isKey = isKey(bytes.span, word.startIndex..<word.endIndex)
                result += isKey ? redacted(word) : Array(word)
                index = word.endIndex
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether a key of a provider stands in a name, beyond doubt.
    package static func holdsKey(_ name: Span<UInt8>) -> Bool {
        var start = 0
        while start < name.count {
            var end = start
            while end < name.count, isOfAWord(name[end]) { end += 1 }
            if isMarked(name, start..<end, atLeast: surely) { return true }
            start = end + 1
        }
        return false
    }

    private static func redacted(_ word: ArraySlice<UInt8>) -> [UInt8] {
        Array(Secret(String(decoding: word, as: UTF8.self)).redacted.utf8)
    }

    private static func isKey(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        if isMarked(text, word, atLeast: shortest) { return true }
        if word.contains(where: { begins(generation, text, $0..<word.upperBound) }) { return true }
        guard word.count >= longestName else { return false }
        var (hasDigit, hasLetter) = (false, false)
        for index in word {
            switch text[index] {
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return false
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            default: hasLetter = true
            }
        }
        return hasDigit && hasLetter
    }

    private static func isMarked(
        _ text: Span<UInt8>,
        _ word: Range<Int>,
        atLeast rest: Int
    ) -> Bool {
        marks.contains { word.count >= $0.count + rest && begins($0, text, word) }
    }

    private static func begins(_ mark: [UInt8], _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count >= mark.count
            && mark.indices.allSatisfy { text[range.lowerBound + $0] == mark[$0] }
    }

    private static func isOfAWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
