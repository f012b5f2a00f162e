import Dialects
import Model
import Testing

@Suite struct `Round trip` {
    private func target(_ dialect: Dialect) -> TranslationTarget {
        switch dialect {
        case .openAIChat, .openAIResponses: TranslationTarget(dialect: dialect, model: "gpt-5.1")
        case .anthropicMessages: TranslationTarget(dialect: dialect, model: "claude-opus-4-6")
        case .gemini: TranslationTarget(dialect: dialect, model: "gemini-3-pro")
        }
    }

    /// A request in another dialect.
    private func translated(
        _ body: [UInt8],
        from dialect: Dialect,
        to other: Dialect
    ) throws -> [UInt8] {
        try RequestTranslation(body.span, from: dialect).translated(for: target(other)).body
    }

    private func meaning(
        _ body: [UInt8],
        in dialect: Dialect,
        _ pair: [Dialect]
    ) throws -> [String] {
        let request = try RequestTranslation(body.span, from: dialect).neutral
        return RequestMeaning(request, withStops: !pair.contains(.openAIResponses)).lines
    }

    @Test(arguments: 0..<10)
    func `a request keeps its meaning in another dialect and back`(hundreds: Int) throws {
        for seed in (hundreds * 100)..<(hundreds * 100 + 100) {
            let pairs = Dialect.allCases.flatMap { first in
                Dialect.allCases.filter { $0 != first }.map { [first, $0] }
            }
            let pair = pairs[seed % pairs.count]
            let chat = GeneratedConversation.request(seed: UInt64(seed))
            let there = try translated(chat, from: .openAIChat, to: pair[0])
            let other = try translated(there, from: pair[0], to: pair[1])
            let back = try translated(other, from: pair[1], to: pair[0])
            let wanted = try meaning(chat, in: .openAIChat, pair)
            #expect(try meaning(there, in: pair[0], pair) == wanted, "seed \(seed), \(pair[0])")
            #expect(try meaning(other, in: pair[1], pair) == wanted, "seed \(seed), \(pair)")
            #expect(try meaning(back, in: pair[0], pair) == wanted, "seed \(seed), \(pair), back")
        }
    }
}
