import ArgumentParser
import Platform
import Tokenizer

/// The command `token-check`: what turning texts into tokens costs, and which tokens they are.
struct TokenCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time to turn texts into tokens, and the tokens.",
        discussion: """
            A file of texts has four bytes before each, its length, the lowest byte first; so have \
            the tokens, of four bytes each, that are written for it.
            """
    )

    @Option(help: "The vocabulary's file.") var vocabulary: String = ""
    @Option(help: "The vocabulary's name.") var name = VocabularyName.o200k
    @Option(help: "The texts.") var texts: String
    @Option(help: "Where the tokens are written.") var out: String?
    @Flag(help: "Estimate without the vocabulary: one number for each text is written.")
    var estimated = false
    @Option(help: "How often the texts are counted; the fastest time is told.") var rounds = 1

    func run() throws {
        if estimated { return try estimate(Self.texts(try readFile(texts))) }
        let loading = monotonicNanoseconds()
        let file = try readFile(vocabulary)
        let table = try Vocabulary(name, parsing: file.span)
        let loaded = monotonicNanoseconds() - loading
        let texts = Self.texts(try readFile(texts))
        var encoder = TextEncoder(table)
        var times: [Int] = []
        var count = 0
        for _ in 0..<max(1, rounds) {
            let start = monotonicNanoseconds()
            count = texts.reduce(0) { $0 + encoder.count(of: $1.span) }
            times.append(monotonicNanoseconds() - start)
        }
        if let out { try write(texts.map { encoder.tokens(of: $0.span) }, to: out) }
        let bytes = texts.reduce(0) { $0 + $1.count }
        writeLine(
            "{\"bytes\":\(bytes),\"tokens\":\(count),\"loading\":\(loaded),"
                + "\"nanoseconds\":\(times.min() ?? 0)}"
        )
    }

    private func estimate(_ texts: [[UInt8]]) throws {
        let start = monotonicNanoseconds()
        let counts = texts.map { text in
            var estimator = TokenEstimator()
            estimator.add(text.span)
            return UInt32(clamping: estimator.tokens)
        }
        let nanoseconds = monotonicNanoseconds() - start
        if let out { try write(counts.map { [$0] }, to: out) }
        let bytes = texts.reduce(0) { $0 + $1.count }
        let sum = counts.reduce(0) { $0 + Int($1) }
        writeLine("{\"bytes\":\(bytes),\"tokens\":\(sum),\"nanoseconds\":\(nanoseconds)}")
    }

    private static func texts(_ file: [UInt8]) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var place = 0
        while place + 4 <= file.count {
            let length = (0..<4).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
            place += 4
            let end = min(place + length, file.count)
            texts.append(Array(file[place..<end]))
            place = end
        }
        return texts
    }

    private func write(_ lists: [[UInt32]], to path: String) throws {
        var bytes: [UInt8] = []
        for number in lists.flatMap({ [UInt32($0.count)] + $0 }) {
            for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        try File(path, for: .creating).write(bytes.span, at: 0)
    }
}

extension VocabularyName: ExpressibleByArgument {}
