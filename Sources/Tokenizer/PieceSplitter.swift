/// Cuts a text into the pieces within which bytes are merged.
///
/// Each vocabulary has a regular expression for that, tried at one place after the other. Here it is
/// written out by hand: no character is looked at more than a few times, whatever the text is, where
/// the expression itself goes back and forth.
struct PieceSplitter: Sendable {
    let classes: CharacterClasses
    let rules: VocabularyName

    /// Where the piece ends that begins at a place, which is not the end of the text.
    @inline(__always)
    func end(ofPieceAt start: Int, in text: Span<UInt8>) -> Int {
        switch rules {
        case .o200k: endByO200k(start, text)
        case .cl100k: endByCL100k(start, text)
        }
    }

    // MARK: What both have

    /// The end of the characters of a set that begin at a place.
    @inline(__always)
    func end(of set: CharacterClass, from start: Int, _ text: Span<UInt8>) -> Int {
        var place = start
        while place < text.count {
            let (kind, width) = classes.at(place, in: text)
            guard kind.isIn(set) else { break }
            place += width
        }
        return place
    }

    /// `\p{N}{1,3}`, of which the first is known.
    func endOfNumber(_ start: Int, _ text: Span<UInt8>, width: Int) -> Int {
        var place = start + width
        for _ in 0..<2 where place < text.count {
            let (kind, width) = classes.at(place, in: text)
            guard kind.isIn(.number) else { break }
            place += width
        }
        return place
    }

    /// White space from a place to where it ends, the last line end in it, and its last character.
    func whiteSpace(
        _ start: Int,
        _ text: Span<UInt8>
    ) -> (end: Int, newlineEnd: Int?, lastStart: Int) {
        var place = start
        var newlineEnd: Int?
        var lastStart = start
        while place < text.count {
            let (kind, width) = classes.at(place, in: text)
            guard kind.isIn(.space) else { break }
            lastStart = place
            place += width
            if kind == .newline { newlineEnd = place }
        }
        return (place, newlineEnd, lastStart)
    }

    /// The end of `'s`, `'ll` and so on, in any case; the place itself when there is none.
    @inline(__always)
    func endOfContraction(_ place: Int, _ text: Span<UInt8>) -> Int {
        guard place + 1 < text.count, text[place] == UInt8(ascii: "'") else { return place }
        return place + lengthOfContraction(place, text)
    }

    private func lengthOfContraction(_ place: Int, _ text: Span<UInt8>) -> Int {
        let second = place + 2 < text.count ? text[place + 2] : 0
        switch (text[place + 1] | 0x20, second | 0x20) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
            (UInt8(ascii: "d"), _):
            return 2
        case (UInt8(ascii: "l"), UInt8(ascii: "l")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "r"), UInt8(ascii: "e")):
            return 3
        default:
            // The long s is an s too when case is ignored.
            return text[place + 1] == 0xC5 && second == 0xBF ? 3 : 0
        }
    }
}
