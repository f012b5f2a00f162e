import ArgumentParser
import JSON
import Storage
import Tokenizer

/// `lockkeeper tokenizer count`.
struct TokenizerCountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Count the tokens of a text.",
        discussion: """
            By the vocabulary, where it is installed, as tiktoken would; else by an estimate, which \
            is rather more than less.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(
        help: "The vocabulary: \(VocabularyName.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var vocabulary = VocabularyName.o200k

    @Argument(
        help: "The text's file; without one, or with -, it is standard input.",
        completion: .file()
    )
    var file: String?

    func run() throws {
        let text =
            try file.flatMap { $0 == "-" ? nil : $0 }
            .map { try ConfigurationSources.contents(of: $0, limit: 64 << 20) }
            ?? StandardInput.readAll()
        let installed = try common.vocabularyFiles().load(vocabulary)
        let tokens = installed.map { Self.count(text, by: $0) } ?? Self.estimate(text)
        guard common.json else {
            return print(installed == nil ? "about \(tokens)" : "\(tokens)")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("vocabulary", vocabulary.rawValue)
        writer.key("tokens")
        writer.integer(tokens)
        writer.key("estimated")
        writer.bool(installed == nil)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    private static func count(_ text: [UInt8], by vocabulary: Vocabulary) -> Int {
        var encoder = TextEncoder(vocabulary)
        return encoder.count(of: text.span)
    }

    private static func estimate(_ text: [UInt8]) -> Int {
        var estimator = TokenEstimator()
        estimator.add(text.span)
        return estimator.tokens
    }
}

extension VocabularyName: ExpressibleByArgument {}
