/// About how many tokens o200k makes of a text, without the vocabulary: rather more than less.
///
/// It goes by the runs of which the vocabulary's pieces are made. A run of small letters is a word,
/// and a token where it is not long; digits are three a token; signs, capitals and characters that
/// are not ASCII have each their share. So what looks like prose counts as prose, and what does not,
/// as base64 or numbers do not, counts as what it is. Only letters thrown together at random, with
/// nothing between them, are more tokens than it says.
package struct TokenEstimator: Sendable {
    /// What a run is made of.
    private enum Kind: UInt8 {
        case nothing, small, capital, digit, sign, space, lineEnd, other
    }

    private var kind = Kind.nothing
    private var length = 0
    /// What the runs before this one come to, in hundredths of a token.
    private var hundredths = 0

    /// An estimate of nothing.
    package init() {}

    /// The tokens of all that was added.
    package var tokens: Int { (hundredths + costOfRun + 99) / 100 }

    /// Adds a text in UTF-8, which begins with a whole character.
    package mutating func add(_ text: Span<UInt8>) {
        var place = 0
        while place < text.count {
            let byte = text[place]
            if byte < 0x80 {
                take(Self.kinds[Int(byte)])
                place += 1
            } else {
                take(.other)
                let (cost, width) = Self.character(at: place, text)
                hundredths += cost
                place += width
            }
        }
    }

    /// What is added from now on is another text: it does not begin in the last one's word.
    package mutating func endText() {
        hundredths += costOfRun
        kind = .nothing
        length = 0
    }

    @inline(__always)
    private mutating func take(_ next: Kind) {
        if next == kind {
            length += 1
            return
        }
        if kind == .capital, next == .small {
            // The last capital belongs to the word.
            length -= 1
            if length > 0 { hundredths += costOfRun }
            length = 2
        } else {
            // One space belongs to what follows it, but not to a number.
            if kind == .space, length == 1, next == .digit { hundredths += 100 }
            // Letters right behind a digit are mostly no word.
            if kind == .digit, next == .small || next == .capital { hundredths += 30 }
            hundredths += costOfRun
            length = 1
        }
        kind = next
    }

    /// What the run so far comes to.
    private var costOfRun: Int {
        switch kind {
        case .nothing, .other: 0
        case .small: 100 + max(0, length - 6) * 26
        case .capital: length > 1 ? 60 + length * 40 : 100
        case .digit: (length + 2) / 3 * 100
        case .sign: 100 + max(0, length - 2) * 60
        case .space: length == 1 ? 0 : 100 + length / 40 * 100
        case .lineEnd: 100 + (length - 1) / 4 * 100
        }
    }

    private static let kinds: [Kind] = (0..<128 as Range<UInt8>).map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .small
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .capital
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case UInt8(ascii: " "): .space
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): .lineEnd
        default: .sign
        }
    }

    // MARK: Characters that are not ASCII

    /// What a character comes to, and its bytes; what is no UTF-8 is two tokens a byte.
    private static func character(at place: Int, _ text: Span<UInt8>) -> (cost: Int, width: Int) {
        let first = Int(text[place])
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, place + width <= text.count else { return (200, 1) }
        // The picture planes: an emoji is two tokens, what is not one is up to four.
        if width == 4 {
            let isPicture = first == 0xF0 && text[place + 1] == 0x9F && text[place + 2] >= 0x8C
            return (isPicture ? 200 : 400, 4)
        }
        let second = Int(text[place + 1] & 0x3F)
        let row =
            width == 2
            ? (first & 0x1F) << 2 | second >> 4
            : (first & 0x0F) << 8 | second << 2 | Int(text[place + 2] & 0x3F) >> 4
        return (Int(costs[row]), width)
    }

    /// The cost of a character of the first plane by its row of sixteen, in hundredths of a token.
    private static let costs: [UInt16] = {
        var costs: [UInt16] = []
        for (end, cost) in blocks {
            while costs.count < end / 16 { costs.append(cost) }
        }
        return costs
    }()

    /// Where blocks of characters end, and what one of each comes to in a text of its language.
    private static let blocks: [(end: Int, cost: UInt16)] = [
        // Latin with its accents, signs of speech, Greek, Cyrillic, Armenian, Hebrew, Arabic.
        (0x250, 75), (0x370, 100), (0x400, 80), (0x530, 50), (0x590, 100), (0x600, 70), (0x700, 60),
        // Rarely written; India; Thai and Lao; Tibet to Georgia; Korean letters; rarely written.
        (0x900, 200), (0xE00, 75), (0xE80, 75), (0x1100, 180), (0x1200, 200), (0x1E00, 300),
        // Latin for Vietnamese, old Greek; quotation marks and dashes; symbols; kana; more symbols.
        (0x2000, 120), (0x2070, 100), (0x3000, 180), (0x3100, 110), (0x3400, 220),
        // Rare Han; Han; rarely written; Korean; for private use; selectors; forms of others.
        (0x4E00, 300), (0xA000, 100), (0xAC00, 300), (0xD7B0, 90), (0xFE00, 200), (0xFE10, 60),
        (0x10000, 150),
    ]
}
