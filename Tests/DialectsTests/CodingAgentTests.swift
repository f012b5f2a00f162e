import Dialects
import JSON
import Model
import Testing

/// Requests as coding agents send them: fifty tools, sixty turns, some hundred kilobytes.
@Suite struct `A coding agent's request` {
    private static let file = String(
        repeating: "    let value = \\\"text\\\" // a line\\n",
        count: 180
    )

    private static func messages() -> [UInt8] {
        var turns = #"{"role":"user","content":[{"type":"text","text":"Mend it."}]}"#
        for number in 0..<30 {
            turns += #"""
                ,{"role":"assistant","content":[{"type":"text","text":"Reading \#(number)."},{"type":"tool_use",
                "id":"toolu_\#(number)","name":"tool_\#(number % 50)","input":{"path":"/src/\#(number).swift"}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_\#(number)",
                "content":"\#(file)"}]}
                """#.filter { $0 != "\n" }
        }
        let tools = (0..<50).map { number in
            #"""
            {"name":"tool_\#(number)","description":"Tool \#(number)","input_schema":{"type":"object",
            "properties":{"path":{"type":"string","description":"A path"}},"required":["path"]}}
            """#.filter { $0 != "\n" }
        }
        let body = #"""
            {"model":"m","max_tokens":32000,"stream":true,"system":"You are an agent.","messages":[\#(turns)],
            "tools":[\#(tools.joined(separator: ","))]}
            """#
        return Array(body.utf8)
    }

    @Test(arguments: [Dialect.openAIChat, .openAIResponses, .gemini])
    func `keeps its meaning at a provider of another dialect`(provider: Dialect) throws {
        let body = Self.messages()
        #expect((100_000...400_000).contains(body.count))
        let target = TranslationTarget(dialect: provider, model: "gemini-3-pro")
        let request = try RequestTranslation(body.span, from: .anthropicMessages)
        let translated = try request.translated(for: target)
        #expect(translated.removedParameters.isEmpty)
        let again = try RequestTranslation(translated.body.span, from: provider)
        let wanted = RequestMeaning(request.neutral, withStops: false).lines
        #expect(RequestMeaning(again.neutral, withStops: false).lines == wanted)
        let back = try again.translated(
            for: TranslationTarget(dialect: .anthropicMessages, model: "claude-opus-4-6")
        )
        let returned = try RequestTranslation(back.body.span, from: .anthropicMessages)
        #expect(RequestMeaning(returned.neutral, withStops: false).lines == wanted)
    }
}
