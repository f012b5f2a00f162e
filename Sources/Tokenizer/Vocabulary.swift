import Model

/// A vocabulary in memory: what its file says, ready to be looked up; about 16 MB.
package final class Vocabulary: Sendable {
    /// Which one it is.
    package let name: VocabularyName
    let table: TokenTable
    let splitter: PieceSplitter

    /// Why a file is no vocabulary.
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case malformed(line: Int)
        case wrongRank(line: Int)
        case doubled(line: Int)
        case tooMany
        case withoutByte(UInt8)

        /// What is wrong, in words that follow the name of the file.
        package var description: String {
            switch self {
            case .malformed(let line): "line \(line) is not a token in base64, a space, its rank"
            case .wrongRank(let line): "line \(line) has another rank than \(line - 1)"
            case .doubled(let line): "line \(line) has a token that was there before"
            case .tooMany: "it has more than \(largestCount) tokens"
            case .withoutByte(let byte): "it has no token for the byte \(byte)"
            }
        }
    }

    /// The tokens that a vocabulary has at most: a rank and a place within a piece are one number.
    private static let largestCount = 1 << 22

    /// Reads tiktoken's format: a line for each token, in the order of their ranks from 0.
    package init(_ name: VocabularyName, parsing file: Span<UInt8>) throws(Problem) {
        self.name = name
        splitter = PieceSplitter(classes: .ofUnicode, rules: name)
        var table = TokenTable(count: max(256, Self.lineCount(file)))
        var place = 0
        var token: [UInt8] = []
        while place < file.count {
            let line = table.count + 1
            guard line <= Self.largestCount else { throw .tooMany }
            let end = Self.end(of: UInt8(ascii: "\n"), from: place, file)
            let space = Self.end(of: UInt8(ascii: " "), from: place, file)
            token.removeAll(keepingCapacity: true)
            guard space < end, Base64.append(file.extracting(place..<space), to: &token),
                !token.isEmpty, let rank = Self.number(file.extracting(space + 1..<end))
            else { throw .malformed(line: line) }
            guard rank == table.count else { throw .wrongRank(line: line) }
            guard table.append(token.span) else { throw .doubled(line: line) }
            place = end + 1
        }
        for byte in UInt8.min...UInt8.max {
            let bytes = [byte]
            guard table.rank(of: bytes.span, from: 0, to: 1) != TokenTable.none else {
                throw .withoutByte(byte)
            }
        }
        self.table = table
    }

    /// How many tokens there are.
    package var count: Int { table.count }

    /// The bytes of a token; nil when there is no such token.
    package func bytes(of token: UInt32) -> [UInt8]? {
        token < UInt32(count) ? Array(table.bytes(of: token)) : nil
    }

    private static func lineCount(_ file: Span<UInt8>) -> Int {
        var count = 1
        for place in 0..<file.count where file[place] == UInt8(ascii: "\n") { count += 1 }
        return min(count, largestCount)
    }

    private static func end(of mark: UInt8, from start: Int, _ file: Span<UInt8>) -> Int {
        var place = start
        while place < file.count, file[place] != mark { place += 1 }
        return place
    }

    private static func number(_ digits: Span<UInt8>) -> Int? {
        guard (1...9).contains(digits.count) else { return nil }
        var value = 0
        for place in 0..<digits.count {
            guard (0x30...0x39).contains(digits[place]) else { return nil }
            value = value * 10 + Int(digits[place] - 0x30)
        }
        return value
    }
}
