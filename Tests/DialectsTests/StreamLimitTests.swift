import Dialects
import Model
import Testing

@Suite struct `Stream translation's limits` {
    private func translation(
        client: Dialect = .anthropicMessages,
        provider: Dialect = .openAIChat
    ) -> StreamTranslation {
        StreamTranslation(
            AnswerContext(
                client: client,
                provider: provider,
                model: "m",
                requestID: "rq_1",
                created: 1
            )
        )
    }

    private func chunk(_ delta: String) -> [UInt8] {
        Array("data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":\(delta)}]}\n\n".utf8)
    }

    private func arguments(_ text: String, of index: Int) -> [UInt8] {
        chunk(
            #"{"tool_calls":[{"index":\#(index),"id":"c\#(index)","function":{"name":"f","arguments":"\#(text)"}}]}"#
        )
    }

    private func receive(
        _ bytes: [UInt8],
        _ translation: inout StreamTranslation
    ) -> StreamSigns {
        var output: [UInt8] = []
        return translation.receive(bytes.span, into: &output)
    }

    @Test func `arguments of ten megabytes pass`() {
        var translation = translation()
        let piece = String(repeating: "a", count: 1 << 20)
        for _ in 0..<10 {
            #expect(!receive(arguments(piece, of: 0), &translation).contains(.failure))
        }
    }

    @Test func `a line over the limit ends the stream`() {
        var translation = translation()
        let piece = String(repeating: "a", count: StreamTranslation.eventLimit)
        #expect(receive(chunk(#"{"content":"\#(piece)"}"#), &translation).contains(.failure))
        #expect(translation.failure?.status == 502)
        #expect(!translation.isComplete)
    }

    @Test func `calls that overlap are held back to a limit`() {
        var translation = translation()
        _ = receive(arguments("{", of: 0), &translation)
        let piece = String(repeating: "a", count: 1 << 20)
        var signs: StreamSigns = []
        var count = 0
        while !signs.contains(.failure), count < 20 {
            signs = receive(arguments(piece, of: 1), &translation)
            count += 1
        }
        #expect(count == 4)
    }

    @Test func `calls that wait for another are few`() {
        var translation = translation()
        _ = receive(arguments("{", of: 0), &translation)
        var signs: StreamSigns = []
        var count = 0
        while !signs.contains(.failure), count < 1000 {
            count += 1
            signs = receive(arguments("{}", of: count), &translation)
        }
        #expect(count == 256)
    }

    @Test func `calls that waited are told when the first is whole`() {
        var translation = translation()
        _ = receive(arguments("{", of: 0), &translation)
        for index in 1...200 { _ = receive(arguments("{}", of: index), &translation) }
        var output: [UInt8] = []
        _ = translation.receive(arguments("}", of: 0).span, into: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.split(separator: "event: content_block_start").count == 201)
        #expect(text.split(separator: "event: content_block_stop").count == 201)
    }

    @Test func `an answer has a limit`() {
        var translation = translation(client: .openAIResponses)
        let piece = String(repeating: "a", count: 1 << 20)
        var signs: StreamSigns = []
        var count = 0
        while !signs.contains(.failure), count < 40 {
            signs = receive(chunk(#"{"content":"\#(piece)"}"#), &translation)
            count += 1
        }
        #expect(count == 17)
    }

    @Test(arguments: Dialect.allCases)
    func `the terminal event can be held back`(client: Dialect) throws {
        guard client != .openAIChat else { return }
        var translation = translation(client: client)
        var output: [UInt8] = []
        _ = translation.receive(chunk(#"{"content":"Hi"}"#).span, into: &output)
        #expect(translation.terminalOffset == nil)
        let end = Array(
            "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".utf8
        )
        let signs = translation.receive(end.span, into: &output)
        #expect(signs.contains(.terminal))
        let offset = try #require(translation.terminalOffset)
        let terminal = String(decoding: output[offset...], as: UTF8.self)
        #expect(terminal.split(separator: "\n\n").count == 1)
        #expect(translation.isComplete)
        _ = translation.finish(into: &output)
        #expect(translation.terminalOffset == nil)
    }

    @Test(
        arguments: [
            (.openAIChat, #""type":"timeout""#), (.anthropicMessages, "event: error"),
            (.openAIResponses, "event: response.failed"),
            (.gemini, #""status":"DEADLINE_EXCEEDED""#),
        ] as [(Dialect, String)]
    )
    func `a failure of ours is told in the client's words`(client: Dialect, words: String) {
        let provider: Dialect = client == .gemini ? .anthropicMessages : .gemini
        var translation = translation(client: client, provider: provider)
        var output: [UInt8] = []
        let delta = #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}"#
        let part = #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}"#
        let event = provider == .gemini ? part : delta
        _ = translation.receive(Array("data: \(event)\n\n".utf8).span, into: &output)
        translation.fail(ProviderFailure(status: 504, message: "Too late."), into: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.contains(words))
        #expect(text.contains("Too late."))
        let count = output.count
        translation.fail(ProviderFailure(status: 504, message: "Again."), into: &output)
        _ = translation.finish(into: &output)
        #expect(output.count == count)
    }

    @Test func `the first content is told once`() {
        var translation = translation()
        #expect(receive(chunk(#"{"role":"assistant","content":""}"#), &translation) == [.event])
        #expect(receive(chunk(#"{"content":"Hi"}"#), &translation) == [.event, .content])
        #expect(receive(chunk(#"{"content":"Hi"}"#), &translation) == [.event])
        #expect(translation.sawContent)
    }
}
