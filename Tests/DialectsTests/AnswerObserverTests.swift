import Dialects
import Model
import Testing

@Suite struct `Answer observer` {
    private func observer(
        _ dialect: Dialect,
        _ body: String,
        splitAt offset: Int = 0
    ) -> AnswerObserver {
        let bytes = Array(body.utf8)
        var observer = AnswerObserver(dialect)
        observer.observe(Array(bytes[..<offset]).span)
        observer.observe(Array(bytes[offset...]).span)
        return observer
    }

    private static let chat = #"""
        {"id":"chatcmpl-B9","object":"chat.completion","model":"gpt-4o-2024-08-06","choices":[{"index":0,
        "message":{"role":"assistant","content":"\"usage\":{\"prompt_tokens\":1}"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
        "prompt_tokens_details":{"cached_tokens":4}}}
        """#
    private static let responses = #"""
        {"id":"resp_1","object":"response","status":"completed","error":null,"model":"gpt-4o","output":[],
        "usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":6},"output_tokens":87,
        "output_tokens_details":{"reasoning_tokens":80},"total_tokens":123}}
        """#
    private static let messages = #"""
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-1","content":[],
        "stop_reason":"end_turn","usage":{"input_tokens":3,"cache_creation_input_tokens":12304,
        "cache_read_input_tokens":0,"output_tokens":550}}
        """#
    private static let gemini = #"""
        {"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"finishReason":"STOP"}],
        "usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":2,"thoughtsTokenCount":5}}
        """#

    @Test(
        arguments: [
            (.openAIChat, chat, Usage(input: 15, output: 10, cacheRead: 4), "gpt-4o-2024-08-06"),
            (
                .openAIResponses, responses,
                Usage(input: 30, output: 87, cacheRead: 6, reasoning: 80), "gpt-4o"
            ),
            (
                .anthropicMessages, messages, Usage(input: 3, output: 550, cacheWrite: 12304),
                "claude-opus-4-1"
            ),
            (.gemini, gemini, Usage(input: 8, output: 7, reasoning: 5), nil),
        ] as [(Dialect, String, Usage, String?)]
    )
    func `usage and model are read in every dialect`(
        dialect: Dialect,
        body: String,
        usage: Usage,
        model: String?
    ) {
        for offset in 0...body.utf8.count {
            let observer = observer(dialect, body, splitAt: offset)
            #expect(observer.usage == usage)
        }
        #expect(observer(dialect, body).model == model)
        #expect(!observer(dialect, body).isFailure)
    }

    @Test(
        arguments: [
            (.openAIChat, #"{"error":{"message":"No such model","type":"x"}}"#, "No such model"),
            (.openAIChat, #"{"error":"overloaded"}"#, "overloaded"),
            (
                .openAIResponses, #"{"status":"failed","error":{"code":"x","message":"Sorry"}}"#,
                "Sorry"
            ),
            (
                .anthropicMessages, #"{"type":"error","error":{"message":"Overloaded"}}"#,
                "Overloaded"
            ),
            (
                .gemini, #"[{"error":{"code":400,"message":"API key not valid."}}]"#,
                "API key not valid."
            ),
            (.gemini, #"{"error":{"code":429,"message":"Quota"}}"#, "Quota"),
        ] as [(Dialect, String, String)]
    )
    func `an error at the top is a failure`(dialect: Dialect, body: String, message: String) {
        let observer = observer(dialect, body)
        #expect(observer.isFailure)
        #expect(observer.failureMessage == message)
        #expect(observer.usage == nil)
    }

    @Test func `of a streamed array the last usage counts`() {
        let body = #"""
            [{"candidates":[],"usageMetadata":{"promptTokenCount":8}},
            {"candidates":[],"usageMetadata":{"promptTokenCount":8,"candidatesTokenCount":2}}]
            """#
        #expect(observer(.gemini, body).usage == Usage(input: 8, output: 2))
        #expect(observer(.openAIChat, body).usage == nil)
    }

    @Test(arguments: [
        "", "<html>", #"{"usage":{"prompt_tokens":1}"#, "[]", #"{"usage":null}"#, "7",
    ])
    func `a body that tells nothing has neither usage nor failure`(body: String) {
        for dialect in Dialect.allCases {
            let observer = observer(dialect, body)
            #expect(observer.usage == nil)
            #expect(observer.model == nil)
            #expect(!observer.isFailure)
            #expect(observer.failureMessage == nil)
        }
    }

    @Test func `of an answer beyond the limit nothing is told`() {
        let usage = #""usage":{"prompt_tokens":1,"completion_tokens":1}}"#
        let room = AnswerObserver.answerLimit - usage.utf8.count - #"{"x":"","#.utf8.count
        func body(_ length: Int) -> String {
            #"{"x":"\#(String(repeating: "x", count: length))",\#(usage)"#
        }
        #expect(observer(.openAIChat, body(room), splitAt: 9).usage == Usage(input: 1, output: 1))
        #expect(observer(.openAIChat, body(room + 1), splitAt: 9).usage == nil)
    }
}
