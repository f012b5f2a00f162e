import Dialects
import JSON
import Model
import Testing

@Suite struct `Names of tools` {
    /// The names that a provider gets for a chat client's tools.
    private func names(_ tools: [String], at provider: Dialect) throws -> [String] {
        let list = tools.map { #"{"type":"function","function":{"name":"\#($0)"}}"# }
        let body = #"{"messages":[],"tools":[\#(list.joined(separator: ","))]}"#
        let target = TranslationTarget(dialect: provider, model: "m")
        let translated = try RequestTranslation(Array(body.utf8).span, from: .openAIChat)
            .translated(for: target)
        let root = TranslationCase.json(translated.body)
        let written = root["tools"].map { Array($0.elements) } ?? []
        let functions = written.flatMap { tool in
            tool["functionDeclarations"].map { Array($0.elements) } ?? [tool]
        }
        return functions.compactMap { $0["name"]?.string }
    }

    @Test(arguments: [Dialect.openAIResponses, .anthropicMessages, .gemini])
    func `that are fine stay as they are, whatever else there is`(provider: Dialect) throws {
        let told = try names(["a/b", "a_b", "c-d", "a\\\\b", "é", ""], at: provider)
        #expect(told == ["a_b_2", "a_b", "c-d", "a_b_3", "_", "tool"])
    }

    @Test func `that are long end in what tells them apart, in every turn alike`() throws {
        let long = String(repeating: "n", count: 130)
        let told = try names([long + "a", long + "b", "x"], at: .anthropicMessages)
        #expect(Set(told).count == 3)
        #expect(told.allSatisfy { $0.utf8.count <= 128 })
        #expect(try names([long + "b"], at: .anthropicMessages) == [told[1]])
    }

    @Test func `never meet however many are alike`() throws {
        let alike = (0..<500).map { "t\(String(repeating: ".", count: $0 % 3))/\($0 % 7)\($0)" }
        let told = try names(alike, at: .openAIResponses)
        #expect(Set(told).count == Set(alike).count)
    }
}
