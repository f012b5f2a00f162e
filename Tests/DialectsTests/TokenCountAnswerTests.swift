import Dialects
import Model
import Testing

@Suite struct `Token count` {
    @Test(
        arguments: [
            (.anthropicMessages, #"{"input_tokens":42}"#), (.gemini, #"{"totalTokens":42}"#),
            (.openAIResponses, #"{"object":"response.input_tokens","input_tokens":42}"#),
            (.openAIChat, nil),
        ] as [(Dialect, String?)]
    )
    func `a count is told in the client's words`(client: Dialect, body: String?) {
        let told = TokenCountAnswer.body(inputTokens: 42, for: client)
        #expect(told.map { String(decoding: $0, as: UTF8.self) } == body)
    }
}
