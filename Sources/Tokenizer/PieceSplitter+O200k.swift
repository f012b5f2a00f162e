extension PieceSplitter {
    /// The end by the rules of that vocabulary.
    ///
    /// The first that fits:
    ///
    ///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|..)?
    ///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|..)?
    ///     \p{N}{1,3}
    ///      ?[^\s\p{L}\p{N}]+[\r\n/]*
    ///     \s*[\r\n]+
    ///     \s+(?!\S)
    ///     \s+
    func endByO200k(_ start: Int, _ text: Span<UInt8>) -> Int {
        let (first, width) = classes.at(start, in: text)
        if first.isIn(.letter) { return endOfContraction(word(start, text).end, text) }
        if first.isIn(.prefix) {
            let after = start + width
            let word = word(after, text)
            if word.hasTail { return endOfContraction(word.end, text) }
            // A mark may also begin the word; then it is the one that the first rule ends with.
            if first == .mark { return endOfContraction(after, text) }
            if word.end > after { return endOfContraction(word.end, text) }
        }
        if first.isIn(.number) { return endOfNumber(start, text, width: width) }
        if let end = endOfSigns(start, text, first: first, width: width) { return end }
        let space = whiteSpace(start, text)
        if let end = space.newlineEnd { return end }
        return space.end == text.count || space.lastStart == start ? space.end : space.lastStart
    }

    /// The letters from a place: those that can only begin a word, then those that can only go on.
    ///
    /// `hasTail` when the first rule fits. It wants a character at the end that can go on; where no
    /// small letter follows it goes back to the last one that can do both.
    @inline(__always)
    private func word(_ start: Int, _ text: Span<UInt8>) -> (end: Int, hasTail: Bool) {
        var place = start
        var lastOfBoth: Int?
        while place < text.count {
            let (kind, width) = classes.at(place, in: text)
            if kind == .lower { return (end(of: .tail, from: place, text), true) }
            guard kind.isIn(.head) else { break }
            place += width
            if kind != .upper { lastOfBoth = place }
        }
        if let lastOfBoth { return (lastOfBoth, true) }
        return (place, false)
    }

    /// Signs, a space before them and line ends and slashes after them; nil when there is no sign.
    private func endOfSigns(
        _ start: Int,
        _ text: Span<UInt8>,
        first: CharacterClass,
        width: Int
    ) -> Int? {
        var from = start
        if !first.isIn(.sign) {
            guard text[start] == UInt8(ascii: " ") else { return nil }
            from += 1
        }
        var place = end(of: .sign, from: from, text)
        guard place > from else { return nil }
        while place < text.count {
            let byte = text[place]
            guard
                byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
                    || byte == UInt8(ascii: "/")
            else { break }
            place += 1
        }
        return place
    }
}
