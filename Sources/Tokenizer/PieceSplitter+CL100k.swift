extension PieceSplitter {
    /// The end by the rules of that vocabulary.
    ///
    /// The first that fits:
    ///
    ///     '(?i:[sdmt]|ll|ve|re)
    ///     [^\r\n\p{L}\p{N}]?+\p{L}++
    ///     \p{N}{1,3}+
    ///      ?[^\s\p{L}\p{N}]++[\r\n]*+
    ///     \s++$
    ///     \s*[\r\n]
    ///     \s+(?!\S)
    ///     \s
    func endByCL100k(_ start: Int, _ text: Span<UInt8>) -> Int {
        let contraction = endOfContraction(start, text)
        if contraction > start { return contraction }
        let (first, width) = classes.at(start, in: text)
        if first.isIn(.letter) { return end(of: .letter, from: start + width, text) }
        if first.isIn(.prefix) {
            let end = end(of: .letter, from: start + width, text)
            if end > start + width { return end }
        }
        if first.isIn(.number) { return endOfNumber(start, text, width: width) }
        let from = text[start] == UInt8(ascii: " ") ? start + 1 : start
        let signs = end(of: .sign, from: from, text)
        if signs > from { return end(of: .newline, from: signs, text) }
        let space = whiteSpace(start, text)
        if space.end == text.count { return space.end }
        if let end = space.newlineEnd { return end }
        return space.lastStart == start ? space.end : space.lastStart
    }
}
