import Dialects
import JSON
import Model
import Testing

@Suite struct `Traces of other providers` {
    private func cut(_ body: String, _ dialect: Dialect) -> String? {
        ForeignTraces(in: Array(body.utf8).span, of: dialect)
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test(
        arguments: [
            (
                Dialect.anthropicMessages,
                #"{"messages":[{"role":"assistant","content":[{"type":"thinking","signature":"Eu"}]}]}"#
            ),
            (.anthropicMessages, #"{"messages":"say \"gemini: \"signature\":\"\"\""}"#),
            (.openAIResponses, #"{"input":[{"type":"reasoning","id":"rs_0123"}]}"#),
            (.gemini, #"{"contents":[{"parts":[{"text":"\"b3BlbmFpL"}]}]}"#),
            (.openAIChat, #"{"messages":[{"tool_calls":[{"id":"a__thought__b"}]}]}"#),
            (.anthropicMessages, #"{"messages":[{"signature":""}"#),
        ]
    )
    func `are not seen where there are none`(dialect: Dialect, body: String) {
        #expect(cut(body, dialect) == nil)
    }

    @Test func `are cut out of messages, all else stays as it is`() {
        let body = #"""
            { "messages" : [{"role":"user","content":"u"}, {"role":"assistant","content":[
            {"type":"thinking","thinking":"a","signature":"openai-responses:rs|x"},
            {"type":"thinking","thinking":"b","signature":"Eu"} , {"type":"tool_use",
            "id":"t__thought__YS8=","name":"f","input":{"n":1.0}}]},{"role":"user","content":[
            {"type":"tool_result","tool_use_id":"t__thought__YS8="}]}, {"role":"assistant",
            "content":[{"type":"thinking","thinking":"c","signature":""}]}],"top_p":0.10}
            """#
        let wanted = #"""
            { "messages" : [{"role":"user","content":"u"}, {"role":"assistant","content":[
            {"type":"thinking","thinking":"b","signature":"Eu"} , {"type":"tool_use",
            "id":"t","name":"f","input":{"n":1.0}}]},{"role":"user","content":[
            {"type":"tool_result","tool_use_id":"t"}]}],"top_p":0.10}
            """#
        #expect(cut(body, .anthropicMessages) == wanted)
    }

    @Test func `take thinking with them where the last call stands on them`() {
        func round(_ id: String, _ signature: String) -> String {
            #"""
            {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"\#(signature)"},
            {"type":"tool_use","id":"\#(id)"}]},{"role":"user","content":[{"tool_use_id":"\#(id)"}]}
            """#
        }
        let last = #"{"messages":[\#(round("a", "Eu")),\#(round("b", "gemini:x"))],"thinking":{}}"#
        #expect(cut(last, .anthropicMessages)?.contains("thinking") == false)
        let first = #"{"messages":[\#(round("a", "gemini:x")),\#(round("b", "Eu"))],"thinking":{}}"#
        let kept = cut(first, .anthropicMessages)
        #expect(kept?.hasSuffix(#","thinking":{}}"#) == true)
        #expect(kept?.contains("gemini") == false)
    }

    @Test func `are cut out of a response's input`() {
        let body = """
            {"input":[{"type":"reasoning","id":"rs_rq_0_1"},{"type":"reasoning","id":"rs_1"},\
            {"type":"function_call","call_id":"c__thought__x"}]}
            """
        let wanted = """
            {"input":[{"type":"reasoning","id":"rs_1"},{"type":"function_call","call_id":"c"}]}
            """
        #expect(cut(body, .openAIResponses) == wanted)
    }

    @Test func `are cut out of contents, a call gets the word for it`() {
        // The text is anthropic-messages:x.
        let signature = "YW50aHJvcGljLW1lc3NhZ2VzOng="
        let body = """
            {"contents":[{"role":"model","parts":[{"text":"t","thought":true,"thoughtSignature":\
            "\(signature)"},{"functionCall":{"name":"f"},"thoughtSignature":"\(signature)"},\
            {"text":"said","thoughtSignature":"\(signature)"}]}]}
            """
        let wanted = """
            {"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"},"thoughtSignature":\
            "skip_thought_signature_validator"},{"text":"said"}]}]}
            """
        #expect(cut(body, .gemini) == wanted)
    }

    @Test func `are found wherever they stand`() {
        for before in 0..<70 {
            for after in [0, 1, 40] {
                let text = String(repeating: "\"", count: before)
                let rest = String(repeating: ":", count: after)
                let quoted = text.map { "\\\($0)" }.joined()
                let body = """
                    {"x":"\(quoted)","messages":[{"content":[{"type":"thinking",\
                    "signature":"gemini:"}]}],"y":"\(rest)"}
                    """
                #expect(cut(body, .anthropicMessages) != nil)
            }
        }
    }
}
