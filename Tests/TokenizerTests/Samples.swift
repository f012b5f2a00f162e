import Model
import Tokenizer

/// A generator whose numbers depend on the seed alone.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }
}

/// A vocabulary's file: a token for each byte, then these.
func vocabularyFile(_ tokens: [[UInt8]]) -> [UInt8] {
    let all = (UInt8.min...UInt8.max).map { [$0] } + tokens
    let lines = all.enumerated().map { "\(Base64.text(of: $1)) \($0)\n" }
    return Array(lines.joined().utf8)
}

/// A vocabulary of a token for each byte and these.
func vocabulary(
    _ name: VocabularyName = .o200k,
    _ tokens: [String] = []
) throws -> Vocabulary {
    try Vocabulary(name, parsing: vocabularyFile(tokens.map { Array($0.utf8) }).span)
}

/// The tokens of a text as texts.
func parts(of text: String, _ vocabulary: Vocabulary) -> [String] {
    var encoder = TextEncoder(vocabulary)
    let tokens = encoder.tokens(of: Array(text.utf8).span)
    return tokens.map { String(decoding: vocabulary.bytes(of: $0) ?? [], as: UTF8.self) }
}
