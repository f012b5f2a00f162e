import JSON
import Testing

@testable import provider_simulator

@Suite struct QuestionTests {
    private func question(_ body: String, _ route: Route = .chat) throws -> Question {
        let bytes = Array(body.utf8)
        var question = try Question.scan(bytes.span)
        try question.understand(bytes.span, for: route)
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
        ).call
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
        #expect(question.call == nil)
        #expect(question.text == "rain")
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
