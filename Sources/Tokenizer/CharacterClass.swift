/// What a character is to the rules that cut a text into pieces; a set of one.
struct CharacterClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// Lu and Lt.
    static let upper = CharacterClass(rawValue: 1)
    /// Ll.
    static let lower = CharacterClass(rawValue: 1 << 1)
    /// Lm and Lo: letters without a case.
    static let caseless = CharacterClass(rawValue: 1 << 2)
    /// Mn, Mc and Me: what is put on a letter.
    static let mark = CharacterClass(rawValue: 1 << 3)
    /// Nd, Nl and No.
    static let number = CharacterClass(rawValue: 1 << 4)
    /// The two characters that end a line.
    static let newline = CharacterClass(rawValue: 1 << 5)
    /// All other white space.
    static let blank = CharacterClass(rawValue: 1 << 6)
    /// Punctuation, symbols, emoji, what is not assigned, and bytes that are no UTF-8.
    static let symbol = CharacterClass(rawValue: 1 << 7)

    /// `\p{L}`.
    static let letter: CharacterClass = [.upper, .lower, .caseless]
    /// `\s`.
    static let space: CharacterClass = [.newline, .blank]
    /// `[^\r\n\p{L}\p{N}]`.
    static let prefix: CharacterClass = [.mark, .blank, .symbol]
    /// `[^\s\p{L}\p{N}]`.
    static let sign: CharacterClass = [.mark, .symbol]
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`.
    static let head: CharacterClass = [.upper, .caseless, .mark]
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
    static let tail: CharacterClass = [.lower, .caseless, .mark]

    /// Whether it is one of them.
    @inline(__always)
    func isIn(_ set: CharacterClass) -> Bool {
        rawValue & set.rawValue != 0
    }
}

extension CharacterClass {
    /// The version of Unicode that tiktoken's regular expressions know.
    ///
    /// Swift's own is newer: what was assigned since is nothing to them.
    private static let unicodeVersion = 16

    init(_ scalar: Unicode.Scalar) {
        // A letter of the glottal stop that Unicode 17 took the case from.
        if scalar.value == 0x295 {
            self = .lower
            return
        }
        if scalar == "\n" || scalar == "\r" {
            self = .newline
            return
        }
        let properties = scalar.properties
        guard let age = properties.age, age.major <= Self.unicodeVersion else {
            self = .symbol
            return
        }
        switch properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: self = .upper
        case .lowercaseLetter: self = .lower
        case .modifierLetter, .otherLetter: self = .caseless
        case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = properties.isWhitespace ? .blank : .symbol
        }
    }
}

/// The classes of all characters, by Swift's own tables of Unicode.
struct CharacterClasses: Sendable {
    /// The one table there is; it takes some milliseconds to make.
    static let ofUnicode = CharacterClasses()

    /// Those of the first two planes, where nearly all text is.
    private let near: [CharacterClass]
    private static let nearCount = 0x20000

    private init() {
        near = (0..<UInt32(Self.nearCount)).map { value in
            Unicode.Scalar(value).map(CharacterClass.init) ?? .symbol
        }
    }

    /// The class of the character at a place, and how many bytes it has.
    @inline(__always)
    func at(_ place: Int, in text: Span<UInt8>) -> (class: CharacterClass, width: Int) {
        let first = text[place]
        if first < 0x80 { return (near[Int(first)], 1) }
        return beyondASCII(place, text)
    }

    private func beyondASCII(
        _ place: Int,
        _ text: Span<UInt8>
    ) -> (class: CharacterClass, width: Int) {
        let first = UInt32(text[place])
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, place + width <= text.count else { return (.symbol, 1) }
        var value = first & (0x7F >> UInt32(width))
        for next in 1..<width {
            let byte = UInt32(text[place + next])
            guard byte & 0xC0 == 0x80 else { return (.symbol, 1) }
            value = value << 6 | byte & 0x3F
        }
        // What has a shorter spelling, and surrogates, are no characters.
        let least: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
        guard value >= least, let scalar = Unicode.Scalar(value) else { return (.symbol, 1) }
        return (value < Self.nearCount ? near[Int(value)] : CharacterClass(scalar), width)
    }
}
