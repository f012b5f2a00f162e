import Dialects
import Model
import Testing

@Suite struct `Why a model stopped` {
    private static let streams: [(Dialect, String, String?)] = [
        (
            .openAIChat,
            """
            data: {"choices":[{"delta":{"content":"x"},"finish_reason":null}]}

            data: {"choices":[{"delta":{},"finish_reason":"length"}]}

            data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

            data: [DONE]
            """, "length"
        ),
        (
            .anthropicMessages,
            """
            event: content_block_delta
            data: {"type":"content_block_delta","delta":{"text":"x"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{}}

            """, "tool_use"
        ),
        (
            .openAIResponses,
            """
            data: {"type":"response.completed","response":{"status":"completed"}}
            """, "completed"
        ),
        (
            .openAIResponses,
            """
            data: {"type":"response.incomplete","response":{"status":"incomplete",\
            "incomplete_details":{"reason":"max_output_tokens"}}}
            """, "max_output_tokens"
        ),
        (
            .gemini,
            #"data: {"candidates":[{"content":{"parts":[]},"finishReason":"MAX_TOKENS"}]}"#,
            "MAX_TOKENS"
        ),
        (.gemini, #"data: {"promptFeedback":{"blockReason":"OTHER"}}"#, "OTHER"),
        (.openAIChat, #"data: {"choices":[{"finish_reason":""}]}"#, nil),
        (.openAIChat, #"data: {"choices":[{"finish_reason":7}]}"#, nil),
        (
            .openAIChat,
            #"data: {"choices":[{"finish_reason":"\#(String(repeating: "x", count: 65))"}]}"#,
            nil
        ),
    ]

    private static let answers: [(Dialect, String, String?)] = [
        (
            .openAIChat, #"{"choices":[{"finish_reason":"stop"},{"finish_reason":"length"}]}"#,
            "stop"
        ),
        (.openAIChat, #"{"choices":[]}"#, nil),
        (.openAIResponses, #"{"status":"completed","incomplete_details":null}"#, "completed"),
        (
            .openAIResponses,
            #"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#,
            "content_filter"
        ),
        (.anthropicMessages, #"{"stop_reason":"end_turn","usage":{}}"#, "end_turn"),
        (.anthropicMessages, #"{"stop_reason":null}"#, nil),
        (.gemini, #"{"candidates":[{"finishReason":"STOP"}]}"#, "STOP"),
        (.gemini, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#, "SAFETY"),
        (.gemini, #"[{"candidates":[{}]},{"candidates":[{"finishReason":"STOP"}]}]"#, "STOP"),
        (.openAIChat, #"{"choices":"#, nil),
    ]

    @Test(arguments: streams)
    func `is told by a stream in its own word`(dialect: Dialect, text: String, word: String?) {
        var observer = StreamObserver(dialect)
        _ = observer.observe(text)
        _ = observer.finish()
        #expect(observer.stopReason == word)
    }

    @Test(arguments: answers)
    func `is told by a whole answer in its own word`(
        dialect: Dialect,
        text: String,
        word: String?
    ) {
        var observer = AnswerObserver(dialect)
        observer.observe(Array(text.utf8).span)
        #expect(observer.ending.stopReason == word)
    }

    @Test(arguments: TranslationCase.all(.streams))
    func `is kept as the client reads it in a stream`(fixture: TranslationCase) throws {
        for other in fixture.others {
            var translation = StreamTranslation(try fixture.context(client: other))
            var output: [UInt8] = []
            _ = translation.receive(fixture.input.span, into: &output)
            _ = translation.finish(into: &output)
            guard translation.isComplete else { continue }
            var client = StreamObserver(other)
            _ = client.observe(output.span)
            _ = client.finish()
            #expect(translation.stopReason != nil)
            #expect(translation.stopReason == client.stopReason, "\(other)")
        }
    }

    @Test(arguments: TranslationCase.all(.answers))
    func `is kept as the client reads it in a whole answer`(fixture: TranslationCase) throws {
        for other in fixture.others {
            let context = try fixture.context(client: other)
            let answer = AnswerTranslation(fixture.input.span, status: 200, context)
            var client = AnswerObserver(other)
            client.observe(answer.body.span)
            #expect((answer.failure == nil) == (answer.stopReason != nil))
            if answer.failure == nil {
                #expect(answer.stopReason == client.ending.stopReason, "\(other)")
            }
        }
    }
}
