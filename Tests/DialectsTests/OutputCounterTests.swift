import Model
import Testing

@testable import Dialects

@Suite struct `Output counter` {
    private static let hello = "Hello, this is a short answer of a model."
    private static let thought = "First I think about it."

    private static let answers: [(Dialect, String, [String])] = [
        (
            .openAIChat,
            #"{"id":"not text","choices":[{"message":{"role":"assistant","content":"\#(hello)","#
                + #""reasoning_content":"\#(thought)"}}]}"#, [hello, thought]
        ),
        (
            .openAIResponses,
            #"{"id":"resp_1","output":[{"type":"message","content":[{"type":"output_text","#
                + #""text":"\#(hello)"}]}]}"#, [hello]
        ),
        (
            .anthropicMessages,
            #"{"id":"msg_1","content":[{"type":"thinking","thinking":"\#(thought)"},"#
                + #"{"type":"text","text":"\#(hello)"}]}"#, [thought, hello]
        ),
        (
            .gemini,
            #"{"candidates":[{"content":{"parts":[{"text":"\#(hello)"}],"role":"model"},"#
                + #""finishReason":"STOP"}],"modelVersion":"gemini-2.5-flash"}"#, [hello]
        ),
    ]

    @Test(arguments: answers)
    func `it counts a model's own words and nothing else`(
        dialect: Dialect,
        answer: String,
        words: [String]
    ) {
        var expected = OutputCounter()
        for text in words { expected.add(text) }
        #expect(OutputCounter.tokens(of: answer.utf8Span.span, in: dialect) == expected.tokens)
        #expect(expected.tokens >= 10)
    }

    @Test func `a stream counts what its events add up to`() {
        var observer = StreamObserver(.openAIChat, countsOutput: true)
        for word in ["Hello", ", this", " is a", " short ans", "wer of a model."] {
            let event =
                "data: {\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"\(word)\"}}]}\n\n"
            _ = observer.observe(event.utf8Span.span)
        }
        var expected = OutputCounter()
        expected.add(Self.hello)
        #expect(observer.countedOutput == expected.tokens)
    }

    @Test func `what the Responses API tells twice counts once`() {
        var observer = StreamObserver(.openAIResponses, countsOutput: true)
        let events = [
            (
                "response.output_text.delta",
                #"{"type":"response.output_text.delta","delta":"Hello"}"#
            ),
            ("response.output_text.done", #"{"type":"response.output_text.done","text":"Hello"}"#),
            (
                "response.completed",
                #"{"type":"response.completed","response":{"output":[{"text":"Hello"}]}}"#
            ),
        ]
        for (name, data) in events {
            _ = observer.observe("event: \(name)\ndata: \(data)\n\n".utf8Span.span)
        }
        #expect(observer.countedOutput == 1)
    }

    @Test(arguments: [
        (#"a\nb"#, "a\nb"), (#"say \"hi\""#, "say \"hi\""), (#"caf\u00e9"#, "café"),
        (#"a\\b"#, "a\\b"), (#"\u4f60\u597d"#, "你好"),
    ])
    func `escapes count as what they stand for`(written: String, meant: String) {
        let answer = #"{"choices":[{"message":{"content":"\#(written)"}}]}"#
        var expected = OutputCounter()
        expected.add(meant)
        #expect(OutputCounter.tokens(of: answer.utf8Span.span, in: .openAIChat) == expected.tokens)
    }

    @Test(arguments: ["", "{", #"{"content":"\"#, #"{"content":"\u00"#, "null", #"{"a":[{"#])
    func `what is no JSON counts as far as it is sound`(text: String) {
        #expect(OutputCounter.tokens(of: text.utf8Span.span, in: .openAIChat) == 0)
    }
}
