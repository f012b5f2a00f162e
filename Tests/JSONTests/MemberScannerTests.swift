import JSON
import Testing

@Suite struct `Member scanner` {
    private let scanner = MemberScanner(["model", "models", "stream"])

    private func scan(_ text: String) throws(ScanError) -> Members {
        try scanner.scan(Array(text.utf8).span)
    }

    private func text(_ range: Range<Int>, of text: String) -> String {
        String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }

    @Test func `members are found in the order of the names`() throws {
        let body = #" { "stream" : true , "x":[1], "model": "a\"b" } "#
        let members = try scan(body)
        let model = try #require(members[0])
        let stream = try #require(members[2])
        #expect(text(model.entry, of: body) == #""model": "a\"b""#)
        #expect(text(model.value, of: body) == #""a\"b""#)
        #expect(model.kind == .string)
        #expect(model.ordinal == 2)
        #expect(text(stream.entry, of: body) == #""stream" : true"#)
        #expect(stream.kind == .true)
        #expect(members[1] == nil)
        #expect(members.count == 3)
        #expect(members.objectStart == 1)
    }

    @Test(arguments: [
        (#""text""#, ValueKind.string), ("-0.5e+10", .number), ("0", .number), ("{}", .object),
        (#"{"model":[{"model":"}]"}]}"#, .object), ("[ [1,\t2], {} ]", .array), ("true", .true),
        ("false", .false), ("null", .null),
    ])
    func `every kind of value is told`(value: String, kind: ValueKind) throws {
        let body = #"{"model":\#(value),"x":\#(value)}"#
        let model = try #require(try scan(body)[0])
        #expect(model.kind == kind)
        #expect(text(model.value, of: body) == value)
    }

    @Test func `names inside nested values are not members`() throws {
        let members = try scan(#"{"messages":[{"model":"a"},{"model":"b"}],"stream":{"model":1}}"#)
        #expect(members[0] == nil)
        #expect(members.count == 2)
    }

    @Test(arguments: [
        (#"{"model":"a"}"#, true), (#"{"x":{"y":[{"stream" : true}]}}"#, true),
        (#"{"mod\u0065l":1}"#, true), (#"{"other\n":1}"#, true), (#"{"x":"unfinished"#, true),
        (#"{"model":null,"models": null}"#, false), (#"{"x":"model","y":["stream"]}"#, false),
        (#"{"x":"\"model\":1","y\u0020":null}"#, false), (#"{"modem":1,"streams":2}"#, false),
        ("", false), ("[DONE]", false), (#"{"model""#, false),
    ])
    func `what can't hold a wanted member is told without a scan`(body: String, mayHold: Bool) {
        #expect(scanner.mayHold(Array(body.utf8).span) == mayHold)
    }

    @Test(arguments: [
        #""mod\u0065l""#, #""\u006d\u006F\u0064\u0065\u006c""#, #""m\u006fdel""#,
    ])
    func `an escaped spelling is the same name`(key: String) throws {
        let members = try scan(#"{"a":1,\#(key):"x"}"#)
        #expect(members[0]?.ordinal == 1)
    }

    @Test(arguments: [#""mod\u0065l""#, #""model""#])
    func `a wanted name that occurs twice is refused`(key: String) {
        #expect(throws: ScanError.duplicateMember("model")) {
            try scan(#"{"model":"a","b":[],\#(key):"c"}"#)
        }
    }

    @Test func `a name that nobody wants may occur twice`() throws {
        let members = try scan(#"{"a":1,"model":"m","a":2}"#)
        #expect(members[0] != nil)
    }

    @Test(arguments: [#""modelx""#, #""mode""#, #""Model""#, #""model ""#, #""modél""#, #""""#])
    func `other names are not taken for a wanted one`(key: String) throws {
        #expect(try scan(#"{\#(key):"x"}"#)[0] == nil)
    }

    @Test(arguments: ["", "  ", "[]", "\"model\"", "1", "null", "\u{FEFF}{}", "x{}"])
    func `a text that is no object is refused`(text: String) {
        #expect(throws: ScanError.notAnObject) { try scan(text) }
    }

    @Test(arguments: ["{} x", "{}{}", "{},", "{}\u{0}", "{\"model\":1}]"])
    func `bytes after the object are refused`(text: String) {
        #expect(throws: ScanError.self) { try scan(text) }
    }

    @Test func `the place of trailing bytes is told`() {
        #expect(throws: ScanError.trailingBytes(at: 4)) { try scan("{}\n x") }
    }

    @Test(arguments: [
        "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
        "{\"a\" 1}", "{\"a\":}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":-}",
        "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":tru}",
        "{\"a\":truee}", "{\"a\":nul}", "{\"a\":[}", "{\"a\":[}]}", "{\"a\":{]}", "{\"a\":[1}",
        "{\"a\":\"x}", "{\"a\":\"x\\\"}", "{\"a\":[\"]}", "{\"a\":['\"']}", "{\"a\":[/*\"*/]}",
        "{\"a\nb\":1}", "{\"a\\x\":1}", "{\"\\ud800\":1}", "{\"a\":1}}", "{\"a\":\u{B}1}",
        "{\"a\":[1\u{0}]}", "{\"a\":[\u{A0}]}", "{\"a\":\"x\" y}",
    ])
    func `a malformed object is refused`(text: String) {
        #expect(throws: ScanError.self) { try scan(text) }
    }

    @Test func `a key that is not UTF-8 is refused`() {
        var bytes = Array(#"{"mod?el":1}"#.utf8)
        bytes[5] = 0xFF
        #expect(throws: ScanError.malformed(at: 1)) { try scanner.scan(bytes.span) }
    }

    @Test func `nesting is bounded`() throws {
        func nested(_ depth: Int) -> String {
            let open = String(repeating: "[", count: depth)
            return #"{"a":\#(open)\#(String(repeating: "]", count: depth))}"#
        }
        #expect(try scan(nested(512)).count == 1)
        #expect(throws: ScanError.tooDeep(at: 517)) { try scan(nested(513)) }
    }

    @Test func `brackets are matched at every depth`() {
        for depth in 1...200 {
            let open = String(repeating: "[{\"a\":", count: depth)
            let close = String(repeating: "}]", count: depth)
            let wrong = String(repeating: "}]", count: depth - 1) + "]}"
            #expect(throws: Never.self) { try scan("{\"a\":\(open)1\(close)}") }
            #expect(throws: ScanError.self) { try scan("{\"a\":\(open)1\(wrong)}") }
        }
    }

    @Test func `a string ends at its own quote whatever its length and escapes`() throws {
        for length in 0..<100 {
            let plain = String(repeating: "x", count: length)
            for tail in ["", #"\""#, #"\\"#, #"\\\""#, #"\\\\"#, #"\"\"y"#, #"\n"#] {
                let body = #"{"a":"\#(plain)\#(tail)","model":"m"}"#
                let model = try #require(try scan(body)[0])
                #expect(text(model.value, of: body) == #""m""#)
            }
        }
    }

    @Test func `a part of a text is scanned with the positions of the whole`() throws {
        let body = #"{"stream_options":{"model":7},"model":"m"}"#
        let inner = try #require(
            try MemberScanner(["stream_options"]).scan(Array(body.utf8).span)[0]
        )
        let nested = try scanner.scan(Array(body.utf8).span, in: inner.value)
        #expect(text(try #require(nested[0]).value, of: body) == "7")
        #expect(throws: ScanError.malformed(at: 20)) {
            try scanner.scan(Array(body.utf8).span, in: inner.value.lowerBound..<20)
        }
    }

    @Test func `a long name is found`() throws {
        let name = String(repeating: "n", count: 80)
        let members = try MemberScanner(["a", name]).scan(Array("{\"\(name)\":1}".utf8).span)
        #expect(members[1]?.ordinal == 0)
    }

    @Test func `keys are told apart at every length`() throws {
        let names = (0...40).map { String(repeating: "n", count: $0) }
        let scanner = MemberScanner(names)
        for (place, name) in names.enumerated() {
            for tail in ["}", #","x":"a longer rest of the text"}"#] {
                let members = try scanner.scan(Array((#"{"\#(name)":1"# + tail).utf8).span)
                for other in names.indices {
                    #expect((members[other] != nil) == (other == place), "\(name) at \(other)")
                }
            }
            for index in 0..<name.count {
                var key = Array(name.utf8)
                key[index] = UInt8(ascii: "m")
                let text = Array(#"{""#.utf8) + key + Array(#"":1}"#.utf8)
                #expect(try scanner.scan(text.span)[place] == nil)
            }
        }
    }

    @Test(arguments: [0x00, 0x0A, 0x1F, 0x80, 0xFF] as [UInt8])
    func `a key with an unsound byte is refused wherever the byte is`(byte: UInt8) {
        for length in 1...40 {
            for index in 0..<length {
                var key = Array(repeating: UInt8(ascii: "n"), count: length)
                key[index] = byte
                let text = Array(#"{""#.utf8) + key + Array(#"":1}"#.utf8)
                #expect(throws: ScanError.self) { try scanner.scan(text.span) }
            }
        }
    }
}
