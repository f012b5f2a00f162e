import Dialects
import Model
import Testing

/// Streams as no provider should send them: a trap ends the test run.
@Suite struct `Hostile stream` {
    private static let oddBytes: [UInt8] = [
        0x00, 0x0A, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x7B, 0x7D, 0x5D, 0xFF,
    ]

    @Test(arguments: StreamCase.all)
    func `a stream with a changed byte traps nowhere and means one thing`(original: StreamCase) {
        let bytes = Fixture.bytes(original.dialect, original.name)
        for index in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[index] = Self.oddBytes[index % Self.oddBytes.count]
            var whole = StreamObserver(original.dialect)
            let signs = whole.observe(changed).union(whole.finish())
            var split = StreamObserver(original.dialect)
            var told = split.observe(Array(changed[..<index]))
            told.formUnion(split.observe(Array(changed[index...])))
            told.formUnion(split.finish())
            #expect(signs == told, "byte \(index)")
            #expect(whole.usage == split.usage, "byte \(index)")
        }
    }

    @Test(arguments: [" ", "\n", " \n", "\t", "\u{0}"])
    func `what stands before a stream means one thing however it is split`(start: String) {
        let bytes = Array((start + "data: {\"candidates\":[]}\n\n").utf8)
        var whole = StreamObserver(.gemini)
        let signs = whole.observe(bytes)
        var split = StreamObserver(.gemini)
        var told = split.observe(Array(bytes.prefix(1)))
        told.formUnion(split.observe(Array(bytes.dropFirst())))
        #expect(told == signs)
        #expect(signs.contains(.event) == start.hasSuffix("\n"))
    }

    @Test(arguments: StreamCase.all.filter { $0.name.hasSuffix(".sse") })
    func `a stream of another dialect traps nowhere`(original: StreamCase) {
        let bytes = Fixture.bytes(original.dialect, original.name)
        for dialect in Dialect.allCases {
            var observer = StreamObserver(dialect)
            #expect(observer.observe(bytes).contains(.event))
            var answer = AnswerObserver(dialect)
            answer.observe(bytes.span)
            #expect(answer.usage == nil)
        }
    }

    @Test(arguments: [
        #"{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":999999999999}}"#,
        #"{"prompt_tokens":999999999999,"completion_tokens":999999999999}"#,
        #"{"prompt_tokens":"5","completion_tokens":1}"#,
        #"{"prompt_tokens":0,"completion_tokens":1,"prompt_tokens_details":[]}"#,
    ])
    func `odd counts never become negative`(usage: String) throws {
        var observer = StreamObserver(.openAIChat)
        _ = observer.observe("data: {\"usage\":\(usage)}\n\n")
        let counted = try #require(observer.usage)
        #expect(counted.input >= 0 && counted.output >= 0)
    }

    @Test(arguments: ["1e3", "-1", "1.0", "9999999999999", "18446744073709551616", "true", "null"])
    func `what is no sound count is left out`(count: String) {
        var observer = StreamObserver(.anthropicMessages)
        let start = #"{"message":{"usage":{"input_tokens":7,"output_tokens":1}}}"#
        _ = observer.observe("event: message_start\ndata: \(start)\n\n")
        let delta = #"{"usage":{"input_tokens":\#(count),"output_tokens":5}}"#
        _ = observer.observe("event: message_delta\ndata: \(delta)\n\n")
        #expect(observer.usage == Usage(input: 7, output: 5))
    }
}
