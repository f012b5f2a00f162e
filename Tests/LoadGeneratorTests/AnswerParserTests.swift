import Testing

@testable import load_generator

/// Answers fed whole and in two parts, cut at every byte.
@Suite struct AnswerParserTests {
    private struct Result: Equatable {
        var status = 0
        var body = ""
        var stage = AnswerParser.Stage.head
        var endsConnection = false
    }

    /// Feeds the text in parts, keeping what was not consumed, as a client does.
    private func read(_ text: String, cutAt cut: Int) throws -> Result {
        let bytes = Array(text.utf8)
        var parser = AnswerParser()
        var body: [UInt8] = []
        var waiting: [UInt8] = []
        for part in [bytes[..<cut], bytes[cut...]] {
            waiting += part
            let count = try parser.parse(waiting.span) { span in
                for index in span.indices { body.append(span[index]) }
            }
            waiting.removeFirst(count)
        }
        return Result(
            status: parser.status,
            body: String(decoding: body, as: UTF8.self),
            stage: parser.stage,
            endsConnection: parser.endsConnection
        )
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
            ("HTTP/1.1 204 No Content\r\ncontent-length:0\r\n\r\n", 204, ""),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\nA;x=1\r\n wide worl\r\n1\r\nd\r\n0\r\n\r\n",
                200, "hello wide world"
            ),
            (
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                    + "HTTP/1.1 429 No\r\nContent-Length: 2\r\n\r\n{}",
                429, "{}"
            ),
        ]
    )
    func `an answer is read wherever it is cut`(text: String, status: Int, body: String) throws {
        for cut in 0...text.utf8.count {
            let result = try read(text, cutAt: cut)
            #expect(result == Result(status: status, body: body, stage: .complete), "cut at \(cut)")
        }
    }

    @Test func `an answer without a length lasts until the connection closes`() throws {
        let result = try read("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", cutAt: 9)
        #expect(result.stage == .untilClose)
        #expect(result.body == "abc")
        #expect(result.endsConnection)
    }

    @Test(
        arguments: [
            "garbage that is no answer\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
            "x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        ]
    )
    func `bytes that are no answer are refused`(text: String) {
        #expect(throws: AnswerParser.Malformed.self) { try read(text, cutAt: 0) }
    }
}
