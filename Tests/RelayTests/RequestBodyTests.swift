import JSON
import Model
import Testing

@testable import Relay

@Suite struct RequestBodies {
    private func read(_ text: String) throws -> RequestBody {
        try read(Array(text.utf8))
    }

    private func read(_ bytes: [UInt8]) throws -> RequestBody {
        var body = RequestBody()
        body.bytes.append(bytes.span)
        try body.read()
        return body
    }

    private func text(_ body: borrowing RequestBody) -> String {
        body.bytes.withBytes { $0.text }
    }

    private func failure(_ text: String) -> RequestBody.Malformed? {
        var body = RequestBody()
        body.bytes.append(text.utf8Span.span)
        do throws(RequestBody.Malformed) {
            try body.read()
            return nil
        } catch {
            return error
        }
    }

    // MARK: The model

    @Test(
        arguments: [
            (#"{"model":"a:m"}"#, #"{"model":"new"}"#),
            (
                #" { "model" : "a:m" , "x" : 1.50e+00 } "#,
                #" { "model" : "new" , "x" : 1.50e+00 } "#
            ),
            (#"{"x":{"model":"inner"},"model":"a:m"}"#, #"{"x":{"model":"inner"},"model":"new"}"#),
            (#"{"mod\u0065l":"\u0061:m","y":"\u00e9"}"#, #"{"mod\u0065l":"new","y":"\u00e9"}"#),
            (
                "{\"n\":123456789012345678901234567890,\r\n\t\"model\":\"a:m\"}\n",
                "{\"n\":123456789012345678901234567890,\r\n\t\"model\":\"new\"}\n"
            ),
            (
                #"{"x":"\"model\":\"a:m\"","model":"a:m"}"#,
                #"{"x":"\"model\":\"a:m\"","model":"new"}"#
            ),
            (#"{"model":"","z":[{},[],null]}"#, #"{"model":"new","z":[{},[],null]}"#),
        ]
    )
    func `the model's value is spliced and no other byte`(sent: String, expected: String) throws {
        var body = try read(sent)
        #expect(text(body) == sent)
        body.name(model: "new")
        #expect(text(body) == expected)
    }

    @Test func `the name as sent changes nothing, however it is spelled`() throws {
        let sent = #"{"model":"\u0061:m"}"#
        var body = try read(sent)
        #expect(body.model == "a:m")
        body.name(model: "a:m")
        #expect(text(body) == sent)
    }

    @Test func `bytes that are no text pass`() throws {
        let before = Array(#"{"x":""#.utf8) + [0xFF, 0xC3, 0x28] + Array(#"","model":""#.utf8)
        let behind = Array(#"","y":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8)
        var body = try read(before + Array("a:m".utf8) + behind)
        body.name(model: "new")
        #expect(body.bytes.withBytes { $0.bytes(from: 0) } == before + Array("new".utf8) + behind)
    }

    @Test func `names of any length follow each other many times`() throws {
        var random = SeededRandom(seed: 7)
        let head = #"{"a":[1,2,{"model":"no"}],"model":"#
        let tail = #", "messages":[{"role":"user","content":"model"}]}"#
        var body = try read(head + #""alpha:m""# + tail)
        for _ in 0..<500 {
            let name =
                String(repeating: "x", count: Int.random(in: 0...300, using: &random))
                + ["", "\"", "\\", "é", "\n", "😀"][Int.random(in: 0..<6, using: &random)]
            body.name(model: name)
            let sent = text(body)
            #expect(sent.hasPrefix(head) && sent.hasSuffix(tail))
            let root = try JSONDocument.parse(Array(sent.utf8).span).root
            #expect(root["model"]?.string == name)
        }
    }

    // MARK: models

    @Test(
        arguments: [
            (#"{"model":"a:m","models":["b:m"]}"#, #"{"model":"new"}"#),
            (#"{"models":["b:m"],"model":"a:m"}"#, #"{"model":"new"}"#),
            (#"{"x":1,"models":["b:m"],"model":"a:m","y":2}"#, #"{"x":1,"model":"new","y":2}"#),
            (#"{"x":1, "model":"a:m" , "models" : [ "b:m" ] }"#, #"{"x":1, "model":"new"  }"#),
            (#"{"models":[],"model":"a:m"}"#, #"{"model":"new"}"#),
            (#"{"model\u0073":["b:m"],"model":"a:m"}"#, #"{"model":"new"}"#),
            (#"{"models":["b:m","c:m"]}"#, #"{"model":"new"}"#),
            (#"{"models":["b:m"],"x":1}"#, #"{"model":"new","x":1}"#),
            (#"{ "x":1,"models":["b:m"]}"#, #"{"model":"new", "x":1}"#),
        ]
    )
    func `models never goes upstream, wherever it stands`(
        sent: String,
        expected: String
    ) throws {
        var body = try read(sent)
        body.name(model: "new")
        #expect(text(body) == expected)
    }

    @Test func `models alone names the model`() throws {
        var body = try read(#"{"models":["b:m","c:m"],"x":1}"#)
        #expect(body.model == nil)
        #expect(body.models == ["b:m", "c:m"])
        #expect(text(body) == #"{"model":"b:m","x":1}"#)
        for name in ["m", "longer-than-before", "m"] {
            body.name(model: name)
            #expect(text(body) == #"{"model":"\#(name)","x":1}"#)
        }
    }

    @Test(arguments: [0, 1, 32])
    func `models holds up to 32 entries`(count: Int) throws {
        let list = Array(repeating: #""m""#, count: count).joined(separator: ",")
        #expect(try read(#"{"model":"m","models":[\#(list)]}"#).models.count == count)
    }

    @Test(
        arguments: [
            (#"{"stream":true}"#, true), (#"{"stream":false}"#, false), ("{}", false),
            (#"{"stream":null}"#, false), (#"{"stream":"true"}"#, false),
            (#"{"stream":1}"#, false), (#"{"str\u0065am":true}"#, true),
            (#"{"x":{"stream":true}}"#, false),
        ]
    )
    func `a stream is asked by true alone`(sent: String, asks: Bool) throws {
        #expect(try read(sent).asksForStream == asks)
    }

    // MARK: What is refused

    @Test(
        arguments: [
            (#"{"model":1}"#, "model"), (#"{"model":null}"#, "model"),
            (#"{"model":["m"]}"#, "model"), (#"{"model":{}}"#, "model"),
            (#"{"model":true}"#, "model"), (#"{"model":"\ud800"}"#, "model"),
            (#"{"model":"m","models":"m"}"#, "models"), (#"{"models":null}"#, "models"),
            (#"{"models":{}}"#, "models"), (#"{"models":["a",1]}"#, "models"),
            (#"{"models":[null]}"#, "models"), (#"{"models":[["a"]]}"#, "models"),
            (#"{"model":"a","model":"a"}"#, "model"),
            (#"{"model":"a","mod\u0065l":"b"}"#, "model"),
            (#"{"models":["a"],"m\u006fdels":["b"]}"#, "models"),
            (#"{"stream":true,"x":1,"stream":true}"#, "stream"),
            ("", nil), (" ", nil), ("null", nil), ("[]", nil), (#""model""#, nil), ("1", nil),
            ("{", nil), (#"{"model":"m""#, nil), (#"{"model":"m"}}"#, nil),
            (#"{"model":"m"} x"#, nil), (#"{"model":"m"}{"model":"n"}"#, nil),
            (#"{"model":"m",}"#, nil), (#"{model:"m"}"#, nil), (#"{"model" "m"}"#, nil),
            ("model=m", nil), ("\u{FEFF}{}", nil), (#"{"a":tru}"#, nil),
        ] as [(String, String?)]
    )
    func `what is no body of ours is refused, the member named`(
        sent: String,
        parameter: String?
    ) throws {
        let error = try #require(failure(sent))
        #expect(error.parameter == parameter)
        #expect(!error.message.isEmpty)
    }

    @Test func `33 models are too many`() throws {
        let list = Array(repeating: #""m""#, count: 33).joined(separator: ",")
        #expect(try #require(failure(#"{"models":[\#(list)]}"#)).parameter == "models")
    }

    @Test func `a body nested without end is refused`() throws {
        let deep = #"{"x":"# + String(repeating: "[", count: 200_000)
        #expect(try #require(failure(deep)).parameter == nil)
    }

    @Test func `no prefix of a body is a trap`() {
        let whole = #"{"models":["b\u0062",""],"mod\u0065l":"\ud83d\ude00","stream":true,"x":[{}]}"#
        let bytes = Array(whole.utf8)
        for count in 0..<bytes.count {
            #expect(failure(String(decoding: bytes[..<count], as: UTF8.self)) != nil)
        }
        #expect(failure(whole) == nil)
    }
}
