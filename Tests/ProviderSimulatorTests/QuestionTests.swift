import JSON
import Testing

@testable import provider_simulator

@Suite struct QuestionTests {
    private func question(
        _ body: String,
        _ route: Route = .chat,
        cue: Cue = Cue()
    ) throws -> Question {
        let bytes = Array(body.utf8)
        var question = try Question.scan(bytes.span)
        try question.understand(bytes.span, for: route, cue: cue)
        return question
    }

    @Test(
        arguments: [
            (
                Route.chat,
                #""messages":[{"role":"user","content":"one"},{"role":"user","content":"two"}]"#
            ),
            (.chat, #""messages":[{"role":"user","content":[{"type":"text","text":"two"}]}]"#),
            (.messages, #""messages":[{"role":"user","content":[{"type":"text","text":"two"}]}]"#),
            (.responses, #""input":"two""#),
            (
                .responses,
                #""input":[{"role":"user","content":[{"type":"input_text","text":"two"}]}]"#
            ),
        ]
    )
    func `the last user message is found in each dialect`(route: Route, member: String) throws {
        #expect(try question("{\"model\":\"sim\",\(member)}", route).text == "two")
    }

    @Test func `the first tool is called with arguments of its schema`() throws {
        let call = try question(
            """
            {"model":"sim","messages":[{"role":"user","content":"Ghent"}],"tools":[{"type":"function",
            "function":{"name":"weather","parameters":{"type":"object","properties":{
            "city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["c","f"]},
            "tags":{"type":"array","items":{"type":"boolean"}}}}}}]}
            """
        ).calls.first
        #expect(call?.name == "weather")
        #expect(call?.arguments == #"{"city":"Ghent","days":3,"unit":"c","tags":[true]}"#)
    }

    @Test func `a tool's result is answered with text`() throws {
        let question = try question(
            """
            {"model":"sim","messages":[{"role":"user","content":"Ghent"},{"role":"assistant",
            "content":null},{"role":"tool","content":"rain"}],"tools":[{"function":{"name":"w"}}]}
            """
        )
        #expect(question.calls.isEmpty)
        #expect(question.text == "rain")
    }

    @Test(
        arguments: [
            (
                Route.chat,
                #"""
                "messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[]},
                {"role":"tool","content":"one"},{"role":"tool","content":"two"}]
                """#
            ),
            (
                .messages,
                #"""
                "messages":[{"role":"user","content":"go"},{"role":"assistant","content":[]},
                {"role":"user","content":[{"type":"tool_result","content":"one"},
                {"type":"tool_result","content":[{"type":"text","text":"two"}]}]}]
                """#
            ),
            (
                .responses,
                #"""
                "input":[{"role":"user","content":"go"},{"type":"function_call"},
                {"type":"function_call_output","output":"one"},
                {"type":"function_call_output","output":[{"type":"input_text","text":"two"}]}]
                """#
            ),
            (
                .gemini(model: "sim", .generateContent),
                #"""
                "contents":[{"role":"user","parts":[{"text":"go"}]},
                {"role":"model","parts":[{"functionCall":{}}]},{"role":"user","parts":[
                {"functionResponse":{"response":{"result":"one"}}},
                {"functionResponse":{"response":{"output":"two"}}}]}]
                """#
            ),
        ]
    )
    func `the results of all tools are said again`(route: Route, member: String) throws {
        let tools = #""tools":[{"name":"w"}]"#
        let question = try question("{\"model\":\"sim\",\(tools),\(member)}", route)
        #expect(question.text == "one\ntwo")
        #expect(question.calls.isEmpty)
    }

    @Test(
        arguments: [
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}"#,
            #"{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="}"#,
            #"{"source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}"#,
            #"{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}"#,
        ]
    )
    func `an image is told by its type and size`(part: String) throws {
        let document = try JSONDocument.parse(Array(part.utf8).span)
        #expect(Media.seen(in: document.root) == "[image/png of 8 bytes]")
    }

    @Test(
        arguments: [
            (Route.chat, #""response_format":{"json_schema":{"schema":{0}}}"#),
            (.messages, #""output_config":{"format":{"schema":{0}}}"#),
            (.responses, #""text":{"format":{"schema":{0}}}"#),
            (
                .gemini(model: "sim", .generateContent),
                #""generationConfig":{"responseSchema":{0}}"#
            ),
        ]
    )
    func `an answer has the form that was asked for`(route: Route, member: String) throws {
        let schema = ##"{"type":"object","properties":{"a":{"type":"STRING"},"b":{"$ref":"#/x"}}}"##
        let body = "{\"model\":\"sim\",\(member.replacing("{0}", with: schema))}"
        #expect(try question(body, route).answer == #"{"a":"a","b":{}}"#)
    }

    @Test func `as many tools are called as the cue says, unless one is all that may be`() throws {
        let body = #"{"model":"sim","messages":[],"tools":[{"name":"a"},{"name":"b"}]}"#
        let cue = try Cue.parse("sim+calls=2")
        #expect(try question(body, cue: cue).calls.map(\.name) == ["a", "b"])
        let one = body.dropLast() + #","parallel_tool_calls":false}"#
        #expect(try question(String(one), cue: cue).calls.map(\.name) == ["a"])
    }

    @Test func `stream and usage are found by the scanner`() throws {
        let body = #"{"stream":true,"stream_options":{"include_usage":true},"model":"sim"}"#
        let question = try Question.scan(Array(body.utf8).span)
        #expect(question.isStream && question.includesUsage)
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"model":1}"#, #"{"model":"sim"} x"#])
    func `a body that names no model is refused`(body: String) {
        #expect(throws: QuestionError.self) { try Question.scan(Array(body.utf8).span) }
    }
}
