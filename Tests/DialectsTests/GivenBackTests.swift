import Dialects
import JSON
import Model
import Testing

/// What a provider made and gets back: ids and thoughts.
@Suite struct `What is given back` {
    private static let requestID = "rq_0123456789abcdef0123456789abcdef"

    private func translated(
        _ body: String,
        from client: Dialect,
        to provider: Dialect
    ) throws -> JSONCursor {
        let target = TranslationTarget(dialect: provider, model: "claude-sonnet-4-6")
        let request = try RequestTranslation(Array(body.utf8).span, from: client)
        return TranslationCase.json(try request.translated(for: target).body)
    }

    @Test func `ids that the gateway makes are no longer than OpenAI takes`() {
        let call = #"{"functionCall":{"name":"f","args":{}}}"#
        let body = """
            {"candidates":[{"content":{"parts":[\(call),\(call)],"role":"model"},\
            "finishReason":"STOP"}]}
            """
        let context = AnswerContext(
            client: .openAIChat,
            provider: .gemini,
            model: "m",
            requestID: Self.requestID,
            created: 1
        )
        let whole = AnswerTranslation(Array(body.utf8).span, status: 200, context)
        var stream = StreamTranslation(context)
        var events: [UInt8] = []
        _ = stream.receive(Array("data: \(body)\n\n".utf8).span, into: &events)
        let texts = [whole.body, events].map { String(decoding: $0, as: UTF8.self) }
        for text in texts {
            let ids = text.matches(of: /"id":"(call_[^"]*)"/).map(\.1)
            #expect(Set(ids).count == 2)
            #expect(ids.allSatisfy { $0.utf8.count <= 40 })
        }
    }

    @Test func `thoughts that came to a client of Gemini in pieces go back as one`() throws {
        // The text is openai-responses:rs_1:sealed.
        let signature = "b3BlbmFpLXJlc3BvbnNlczpyc18xOnNlYWxlZA=="
        let body = """
            {"contents":[{"role":"user","parts":[{"text":"u"}]},{"role":"model","parts":[\
            {"text":"One. ","thought":true},{"text":"Two.","thought":true},\
            {"text":"","thought":true,"thoughtSignature":"\(signature)"},{"text":"said"}]}]}
            """
        let request = try translated(body, from: .gemini, to: .openAIResponses)
        let items = request["input"].map { Array($0.elements) } ?? []
        let thoughts = items.filter { $0["type"]?.string == "reasoning" }
        #expect(thoughts.count == 1)
        let summary = thoughts.first?["summary"]?.elements.compactMap { $0["text"]?.string }
        #expect(summary == ["One. Two."])
    }

    @Test func `a call without thoughts takes the thoughts of others with it`() throws {
        func round(_ id: String, _ thoughts: String) -> String {
            """
            {"role":"assistant","content":null,\(thoughts)"tool_calls":[{"id":"\(id)","type":\
            "function","function":{"name":"f","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"\(id)","content":"r"}
            """
        }
        let thinking = #""thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}],"#
        func body(_ rounds: String) -> String {
            """
            {"model":"m","reasoning_effort":"low","messages":[{"role":"user","content":"u"},\
            \(rounds)],"tools":[{"type":"function","function":{"name":"f"}}]}
            """
        }
        let mixed = try translated(
            body(round("a", thinking) + "," + round("b", "")),
            from: .openAIChat,
            to: .anthropicMessages
        )
        #expect(mixed["thinking"] == nil)
        #expect(!String(decoding: mixed.bytes, as: UTF8.self).contains("\"signature\""))
        let whole = try translated(
            body(round("a", "") + "," + round("b", thinking)),
            from: .openAIChat,
            to: .anthropicMessages
        )
        #expect(whole["thinking"] != nil)
        #expect(String(decoding: whole.bytes, as: UTF8.self).contains("\"signature\""))
    }
}
