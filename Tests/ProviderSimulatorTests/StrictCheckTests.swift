import JSON
import Testing

@testable import provider_simulator

/// What the real providers refuse.
@Suite struct StrictCheckTests {
    private static let gemini = Route.gemini(model: "sim", .generateContent)

    private func check(_ body: String, _ route: Route, think: Bool = false) throws {
        let document = try JSONDocument.parse(Array(body.utf8).span)
        try StrictCheck.check(
            document.root,
            for: route,
            try Cue.parse(think ? "sim+think=1" : "sim")
        )
    }

    @Test(
        arguments: [
            (
                Route.chat,
                #"""
                {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},
                {"role":"assistant","content":null,"tool_calls":[
                {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                {"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"b","content":"1"},
                {"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"2"}]},
                {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}],
                "tools":[{"type":"function","function":{"name":"f"}}]}
                """#
            ),
            (
                .messages,
                #"""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"u"},
                {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},
                {"type":"text","text":"more"}]}],
                "tools":[{"name":"f","input_schema":{"type":"object"}}]}
                """#
            ),
            (
                .responses,
                #"""
                {"model":"m","input":[{"role":"user","content":"u"},
                {"type":"function_call","call_id":"a","name":"f","arguments":"{}"},
                {"type":"function_call_output","call_id":"a","output":"1"}],
                "tools":[{"type":"function","name":"f","strict":false,"parameters":{"type":"object"}}]}
                """#
            ),
            (
                gemini,
                #"""
                {"contents":[{"role":"user","parts":[{"text":"u"}]},
                {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":1}}}]}],
                "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT",
                "properties":{"a":{"type":"string","nullable":true}},"required":["a"]}}]}]}
                """#
            ),
        ]
    )
    func `a good conversation passes`(route: Route, body: String) throws {
        try check(body, route)
    }

    private static let turn = #""messages":[{"role":"user","content":"u"}]"#

    @Test(
        arguments: [
            (#"{"top_k":1,MESSAGES}"#, "top_k"),
            (#"{"stream_options":{},MESSAGES}"#, "stream_options"),
            (#"{"stop":["1","2","3","4","5"],MESSAGES}"#, "stop"),
            (#"{"tools":[],MESSAGES}"#, "tools"),
            (
                #"{"tools":[{"type":"function","function":{"name":"a b"}}],MESSAGES}"#,
                "tools[0].function.name"
            ),
            (
                #"{"messages":[{"role":"tool","tool_call_id":"a","content":"x"}]}"#,
                "messages[0].role"
            ),
            (#"{"messages":[{"role":"assistant","content":null}]}"#, "messages[0].content"),
            (
                #"{"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]}"#,
                "messages[0].content[0].type"
            ),
            (
                #"""
                {"messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":
                {"name":"f","arguments":"{}"}}]},{"role":"user","content":"x"}]}
                """#, "messages[1].role"
            ),
        ]
    )
    func `OpenAI's chat refuses`(body: String, field: String) {
        let body = body.replacing("MESSAGES", with: Self.turn)
        let error = #expect(throws: QuestionError.self) { try check(body, .chat) }
        #expect(error?.field == field)
    }

    @Test(
        arguments: [
            ("{MESSAGES}", "max_tokens"),
            (#"{"max_tokens":1,"stop":["x"],MESSAGES}"#, "stop"),
            (#"{"max_tokens":1,"temperature":1.5,MESSAGES}"#, "temperature"),
            (#"{"max_tokens":1,"metadata":{"a":"b"},MESSAGES}"#, "metadata.a"),
            (
                #"{"max_tokens":9,"thinking":{"type":"enabled","budget_tokens":1024},MESSAGES}"#,
                "max_tokens"
            ),
            (#"{"max_tokens":1,"messages":[{"role":"assistant","content":"a"}]}"#, "messages"),
            (#"{"max_tokens":1,"messages":[{"role":"user","content":" "}]}"#, "messages.0"),
            (
                #"{"max_tokens":1,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}"#,
                "messages.0.content.0"
            ),
            (
                #"""
                {"max_tokens":1,"messages":[{"role":"user","content":[{"type":"tool_result",
                "tool_use_id":"x"}]}]}
                """#, "messages.0.content.0"
            ),
            (
                #"""
                {"max_tokens":1,"messages":[{"role":"user","content":"u"},{"role":"assistant",
                "content":[{"type":"thinking","thinking":"t","signature":"forged"}]}]}
                """#, "messages.1.content.0"
            ),
        ]
    )
    func `Anthropic refuses`(body: String, field: String) {
        let body = body.replacing("MESSAGES", with: Self.turn)
        let error = #expect(throws: QuestionError.self) { try check(body, .messages) }
        #expect(error?.field == field)
    }

    @Test(
        arguments: [
            (#"{"messages":[]}"#, "messages"),
            (#"{"input":[{"type":"function_call_output","call_id":"a","output":""}]}"#, "input"),
            (
                #"{"input":[{"role":"user","content":[{"type":"text","text":"x"}]}]}"#,
                "input[0].content[0]"
            ),
            (
                #"""
                {"input":"x","tools":[{"type":"function","name":"f","strict":true,"parameters":
                {"type":"object"}}]}
                """#,
                "tools[0].parameters"
            ),
            (#"{"input":[{"type":"reasoning","summary":[]}]}"#, "input[0].id"),
        ]
    )
    func `OpenAI's responses refuse`(body: String, field: String) {
        let error = #expect(throws: QuestionError.self) { try check(body, .responses) }
        #expect(error?.field == field)
    }

    @Test(
        arguments: [
            (#"{"model":"m"}"#, "Unknown name \"model\""),
            (#"{"contents":[]}"#, "contents is not specified"),
            (#"{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}"#, "valid role"),
            (#"{"contents":[{"parts":[]}]}"#, "must not be empty"),
            (
                #"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"}}]}]}"#,
                "number of function response"
            ),
            (
                #"{"generationConfig":{"responseSchema":{"$ref":"x"}}}"#, "Unknown name \"$ref\""
            ),
            (
                #"{"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"array"}}]}]}"#,
                "should be OBJECT"
            ),
        ]
    )
    func `Google refuses`(body: String, words: String) {
        let error = #expect(throws: QuestionError.self) { try check(body, Self.gemini) }
        #expect(error?.text.contains(words) == true)
    }

    @Test func `a model of Google's that thinks wants its signatures back`() throws {
        let call = #"{"functionCall":{"name":"f"}}"#
        let signed = call.dropLast() + ",\"thoughtSignature\":\"\(Signature.text(of: "f"))\"}"
        let rest = """
            {"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}
            """
        func body(_ part: String) -> String {
            "{\"contents\":[{\"parts\":[{\"text\":\"u\"}]},{\"role\":\"model\",\"parts\":[\(part)]},\(rest)]}"
        }
        try check(body(call), Self.gemini)
        try check(body(String(signed)), Self.gemini, think: true)
        #expect(throws: QuestionError.self) { try check(body(call), Self.gemini, think: true) }
    }
}
