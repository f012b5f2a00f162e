/// Turns texts into tokens; it keeps what it works in from one text to the next.
///
/// Names of special tokens are text like any other. Bytes that are no UTF-8 are symbols.
package struct TextEncoder {
    private let vocabulary: Vocabulary
    private var merger = PieceMerger()

    /// An encoder for texts in the words of a vocabulary.
    package init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// How many tokens a text is.
    package mutating func count(of text: Span<UInt8>) -> Int {
        var count = 0
        var place = 0
        while place < text.count {
            let end = end(ofPieceAt: place, in: text)
            let rank = vocabulary.table.rank(of: text, from: place, to: end)
            if rank != TokenTable.none {
                count += 1
            } else {
                merger.merge(text, from: place, to: end, vocabulary.table)
                count += merger.count
            }
            place = end
        }
        return count
    }

    /// The tokens of a text.
    package mutating func tokens(of text: Span<UInt8>) -> [UInt32] {
        var tokens: [UInt32] = []
        var place = 0
        while place < text.count {
            let end = end(ofPieceAt: place, in: text)
            let rank = vocabulary.table.rank(of: text, from: place, to: end)
            if rank != TokenTable.none {
                tokens.append(rank)
            } else {
                merger.merge(text, from: place, to: end, vocabulary.table)
                var start = 0
                while let end = merger.end(ofPartAt: start) {
                    let rank = vocabulary.table.rank(of: text, from: place + start, to: place + end)
                    tokens.append(rank)
                    start = end
                }
            }
            place = end
        }
        return tokens
    }

    /// No piece is longer than the merger can number.
    private func end(ofPieceAt place: Int, in text: Span<UInt8>) -> Int {
        min(vocabulary.splitter.end(ofPieceAt: place, in: text), place + PieceMerger.largestCount)
    }
}
