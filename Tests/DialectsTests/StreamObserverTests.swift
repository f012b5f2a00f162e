import Dialects
import Model
import Testing

@Suite struct `Stream observer` {
    private func check(_ observer: StreamObserver, _ expected: StreamCase, _ comment: Comment) {
        var observer = observer
        #expect(observer.finish().letters == expected.end, comment)
        #expect(observer.usage == expected.usage, comment)
        #expect(observer.failureMessage == expected.failure, comment)
        #expect(observer.isComplete == expected.isComplete, comment)
        #expect(observer.sawContent == expected.signs.contains("c"), comment)
    }

    @Test(arguments: StreamCase.all)
    func `each event means what the dialect says`(expected: StreamCase) {
        let bytes = Fixture.bytes(expected.dialect, expected.name)
        var observer = StreamObserver(expected.dialect)
        var signs: [String] = []
        for byte in bytes {
            let letters = observer.observe([byte]).letters
            if !letters.isEmpty { signs.append(letters) }
        }
        #expect(signs.joined(separator: " ") == expected.signs)
        check(observer, expected, "byte by byte")
    }

    @Test(arguments: StreamCase.all)
    func `a stream means the same whatever the pieces`(expected: StreamCase) {
        let bytes = Fixture.bytes(expected.dialect, expected.name)
        // What was told before each offset, byte by byte.
        var told: [StreamSigns] = [[]]
        var observer = StreamObserver(expected.dialect)
        for byte in bytes {
            told.append(told[told.count - 1].union(observer.observe([byte])))
        }
        for offset in 0...bytes.count {
            var observer = StreamObserver(expected.dialect)
            let first = observer.observe(Array(bytes[..<offset]))
            let second = observer.observe(Array(bytes[offset...]))
            #expect(first == told[offset], "split at \(offset)")
            #expect(first.union(second) == told[bytes.count], "split at \(offset)")
            check(observer, expected, "split at \(offset)")
        }
    }

    @Test(arguments: StreamCase.all)
    func `a stream with other line ends means the same`(expected: StreamCase) {
        let bytes = Fixture.bytes(expected.dialect, expected.name).filter { $0 != 0x0D }
        for lineEnd in [[0x0A], [0x0D], [0x0D, 0x0A]] as [[UInt8]] {
            var observer = StreamObserver(expected.dialect)
            _ = observer.observe(bytes.flatMap { $0 == 0x0A ? lineEnd : [$0] })
            check(observer, expected, "line end \(lineEnd)")
        }
    }

    @Test func `every recorded stream has its case`() {
        for dialect in Dialect.allCases {
            let names = StreamCase.all.filter { $0.dialect == dialect }.map(\.name)
            #expect(names.sorted() == Fixture.names(dialect))
        }
    }

    @Test(arguments: Dialect.allCases)
    func `comments are no events`(dialect: Dialect) {
        var observer = StreamObserver(dialect)
        #expect(observer.observe(": waiting\n\n:\n\n") == [])
        #expect(observer.observe("data: {}\n\n") == .event)
    }

    @Test(arguments: Dialect.allCases)
    func `an event beyond the limit counts as content`(dialect: Dialect) {
        var observer = StreamObserver(dialect)
        let block = Array(repeating: UInt8(ascii: "x"), count: 1 << 16)
        var signs = observer.observe("data: {\"")
        for _ in 0..<20 { signs.formUnion(observer.observe(block)) }
        #expect(signs == [])
        #expect(observer.observe("\":1}\n\n") == [.event, .content])
    }

    @Test func `a terminal event beyond the limit is told by its name`() {
        var observer = StreamObserver(.openAIResponses)
        let text =
            "event: response.completed\ndata: {\"x\":\"" + String(repeating: "x", count: 2 << 20)
        _ = observer.observe(text)
        #expect(observer.observe("\"}\n\n").contains(.terminal))
        #expect(observer.isComplete)
    }

    @Test(arguments: [
        #"{"content":"x"}"#, #"{"reasoning":"x"}"#, #"{"reasoning_content":"x"}"#,
        #"{"refusal":"x"}"#, #"{"tool_calls":[{"index":0}]}"#, #"{"function_call":{"name":"f"}}"#,
        #"{"audio":{"data":"x"}}"#, #"{"content":[{"type":"text"}]}"#,
    ])
    func `a chat delta that says anything is content`(delta: String) {
        var observer = StreamObserver(.openAIChat)
        let event = "data: {\"choices\":[{\"delta\":\(delta)}]}\n\n"
        #expect(observer.observe(event) == [.event, .content])
        #expect(observer.observe(event) == .event)
    }

    @Test(arguments: [
        "{}", #"{"role":"assistant"}"#, #"{"content":""}"#, #"{"content":null,"tool_calls":[ ]}"#,
        #"{"function_call":{}}"#, "null", #""x""#, #"{"audio":null,"refusal":null}"#,
    ])
    func `a chat delta that says nothing is none`(delta: String) {
        var observer = StreamObserver(.openAIChat)
        let event = "data: {\"choices\":[{\"delta\":\(delta)}]}\n\n"
        #expect(observer.observe(event) == .event)
        #expect(!observer.sawContent)
    }

    @Test func `a long error message is shortened`() {
        var observer = StreamObserver(.openAIChat)
        let message = String(repeating: "é", count: 5000)
        _ = observer.observe("data: {\"error\":\"\(message)\"}\n\n")
        #expect(observer.failureMessage?.count == 1000)
    }
}
